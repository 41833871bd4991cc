import { randomWords } from "../../engine/kernel/random.js";
import { type Exports, instantiate, wasmModule } from "../../engine/kernel/wasm.js";
import { normalQuantile } from "../../random/normal.js";
import { colourKernels } from "./colour.js";
import { coordinateKernels } from "./coordinates.js";
import { copyKernels } from "./copy.js";
import { filterKernels } from "./filter.js";
import { interleaveKernels } from "./interleave.js";
import { resampleKernels } from "./resample.js";
import { statisticsKernels } from "./statistics.js";

const kernels = {
  ...copyKernels,
  ...interleaveKernels,
  ...coordinateKernels,
  ...resampleKernels,
  ...colourKernels,
  ...statisticsKernels,
  ...filterKernels,
  randomWords,
};

export type Kernels = Exports<keyof typeof kernels>;

let compiled: WebAssembly.Module | undefined;

const PAGE = 65536;

/** What kernels read and write beyond an array at most, in bytes. */
export const SLACK = 256;

/** Bits of a random number that is looked up as a normal one. */
const QUANTILES = 2 ** 16;

/** Rounded up to whole vectors. */
export const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/**
 * Memory in which pictures are changed, with the kernels that do it. It begins with a table of normal quantiles, if one was asked for, and
 * the pictures that are given; the rest is taken piece by piece for one picture and free again for the next.
 */
export class Workspace {
  kernels: Kernels;
  memory: WebAssembly.Memory;
  uint8: Uint8Array;
  int32: Int32Array;
  float32: Float32Array;
  #inputs = 4 * QUANTILES;
  #next = 0;
  #quantiles = false;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 16 });
    [this.kernels, this.uint8, this.int32, this.float32] = bound(this.memory);
  }

  /** Makes place for pictures of so many bytes, which lie there until others do; gives its address. */
  holdInputs(bytes: number): number {
    const start = 4 * QUANTILES;
    const end = start + aligned(bytes) + SLACK;
    if (end > this.#inputs) {
      this.#ensure(end);
      this.#inputs = end;
    }
    return start;
  }

  /** The address of 2¹⁶ float32: the quantiles of the standard normal distribution at (i + ½) / 2¹⁶. */
  quantiles(): number {
    if (!this.#quantiles) {
      for (let i = 0; i < QUANTILES; i++) this.float32[i] = normalQuantile((i + 0.5) / QUANTILES);
      this.#quantiles = true;
    }
    return 0;
  }

  /** Frees all pieces, and makes sure that pieces of so many bytes in all can be taken. */
  begin(bytes: number): void {
    this.#next = this.#inputs;
    this.#ensure(this.#inputs + bytes);
  }

  /** The address of a piece of memory, a multiple of 16, which holds what it held. */
  take(bytes: number): number {
    const address = this.#next;
    this.#next += aligned(bytes) + SLACK;
    if (this.#next > this.uint8.length)
      throw new Error("internal error: too little memory was made ready; please report this");
    return address;
  }

  /**
   * A larger memory takes the place of one that is too small. Growing it would take the pictures away from those who hold them; as it is,
   * they keep the old memory.
   */
  #ensure(bytes: number): void {
    const needed = bytes + SLACK;
    if (needed <= this.uint8.length) return;
    const old = this.uint8;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((1.25 * needed) / PAGE) });
    [this.kernels, this.uint8, this.int32, this.float32] = bound(this.memory);
    this.uint8.set(old.subarray(0, Math.min(old.length, this.#inputs)));
  }
}

const bound = (memory: WebAssembly.Memory) => {
  compiled ??= new WebAssembly.Module(wasmModule(kernels));
  const { buffer } = memory;
  return [
    instantiate<keyof typeof kernels>(compiled, memory),
    new Uint8Array(buffer),
    new Int32Array(buffer),
    new Float32Array(buffer),
  ] as const;
};
