import { SteepestError } from "../errors.js";

/** Arrays begin at multiples of 64 bytes, a cache line, and are padded with zeros up to the next. */
const alignment = 64;
const pageBytes = 65536;
const limitBytes = 65536 * pageBytes;

export const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** A place in the arena: `count` float32 numbers from the byte `offset` on. */
export interface Block {
  readonly offset: number;
  readonly count: number;
}

/** A memory that threads share, as a buffer that an engine takes. */
export type BufferOver = (memory: WebAssembly.Memory) => ArrayBuffer;

/** Plans where arrays will lie, before there is memory. */
export class Layout {
  #bytes = alignment;

  /** Reserves room for `count` float32 numbers, and a cache line of padding beyond it where they end short of one. */
  reserve(count: number): Block {
    const block = { offset: this.#bytes, count };
    this.#bytes += align(count * 4);
    return block;
  }

  /** Makes the memory, shared by threads where there is a way to show that to the engine. Its size is final: growing would detach every view of it. */
  allocate(bufferOver?: BufferOver): Arena {
    if (this.#bytes > limitBytes) {
      throw new SteepestError(
        `training needs ${(this.#bytes / 2 ** 30).toFixed(1)} GiB for parameters, gradients and optimiser state; WebAssembly memory ends at 4 GiB: use a smaller network or an optimiser with less state`,
      );
    }
    return new Arena(this.#bytes, bufferOver);
  }
}

/**
 * One WebAssembly memory in which parameters, gradients and optimiser state lie side by side: the engine reads and writes
 * views of it, and the update kernels run over it, without a copy.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Its bytes, for the engine. */
  readonly buffer: ArrayBuffer;

  constructor(bytes: number, bufferOver?: BufferOver) {
    const pages = Math.ceil(bytes / pageBytes);
    try {
      this.memory = new WebAssembly.Memory({
        initial: pages,
        maximum: pages,
        shared: bufferOver !== undefined,
      });
    } catch (error) {
      throw new SteepestError(
        `training needs ${(bytes / 2 ** 20).toFixed(0)} MiB for parameters, gradients and optimiser state, which this machine does not give: free memory, or use a smaller network or an optimiser with less state`,
        { cause: error },
      );
    }
    this.buffer = bufferOver?.(this.memory) ?? this.memory.buffer;
  }

  /** The numbers of a block, not a copy. */
  view({ offset, count }: Block): Float32Array {
    return new Float32Array(this.buffer, offset, count);
  }
}
