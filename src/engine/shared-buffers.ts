import type { BufferOver } from "./arena.js";

/** The memory behind a buffer stays as long as the buffer is in use: nothing else would keep it. */
const memories = new WeakMap<ArrayBuffer, WebAssembly.Memory>();

const load = async (): Promise<BufferOver> => {
  const { default: koffi } = await import("koffi");
  const library = koffi.load(process.platform === "win32" ? "msvcrt.dll" : null);
  const move = library.func("void *memmove(void *target, void *source, size_t bytes)");
  return (memory) => {
    const bytes = new Uint8Array(memory.buffer);
    // Moving nothing gives back the address.
    const buffer = koffi.view(move(bytes, bytes, 0), bytes.length);
    memories.set(buffer, memory);
    return buffer;
  };
};

/** Whether what is written through the memory is read through the buffer. */
const works = (bufferOver: BufferOver): boolean => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Float32Array(memory.buffer)[1] = 0.5;
  return new Float32Array(bufferOver(memory))[1] === 0.5;
};

let loaded: Promise<BufferOver | undefined> | undefined;

/**
 * Buffers over memory that threads share. ONNX Runtime does not take such memory, but it takes an ordinary buffer over the same bytes, which
 * koffi makes from their address. Undefined where koffi is not installed or this runtime does not allow it.
 */
export const sharedBuffers = (): Promise<BufferOver | undefined> => {
  loaded ??= load().then(
    (bufferOver) => (works(bufferOver) ? bufferOver : undefined),
    () => undefined,
  );
  return loaded;
};
