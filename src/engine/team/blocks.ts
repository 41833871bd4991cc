import { missing } from "../../missing.js";
import { instantiate } from "../kernel/wasm.js";
import type { KernelCall } from "./runner.js";

/** Work cut into blocks, as threads are given it. */
export interface BlockWork {
  /** The kernels. */
  readonly modules: readonly WebAssembly.Module[];
  readonly blocks: readonly KernelCall[];
  /** The scalars of each kernel, in shared memory: they differ from time to time. */
  readonly scalars: readonly Float64Array[];
}

/** What a thread starts with. */
export interface ThreadStart {
  readonly memory: WebAssembly.Memory;
  readonly signals: Int32Array;
  /** Its place among the threads; 0 is the one that calls. */
  readonly thread: number;
}

/** What threads tell each other: the places in `signals`, of 32 bits each. */
export const signal = {
  /** How often there has been work. */
  round: 0,
  /** The number of the work that may be taken from, counted from 1; 0 where there is none. */
  open: 1,
  /** Threads that may be taking from it. */
  active: 2,
  /** The first block that nobody has taken. */
  next: 3,
  /** Whether a thread failed. */
  failed: 4,
  /** Behind the others: the blocks that each thread has done. */
  done: 5,
} as const;

/** Binds blocks to a memory: the function does one. */
const bindBlocks = (
  { modules, blocks, scalars }: BlockWork,
  memory: WebAssembly.Memory,
): ((index: number) => void) => {
  const kernels = modules.map((module) => instantiate<"run">(module, memory).run);
  return (index) => {
    const { kernel, pointers, count } = blocks[index] ?? missing();
    (kernels[kernel] ?? missing())(count, ...pointers, ...(scalars[kernel] ?? missing()));
  };
};

/** Binds work to a memory: the function takes blocks, one after another, as long as there are any, and does them. */
export const bindWork = (work: BlockWork, { memory, signals, thread }: ThreadStart): (() => void) => {
  const run = bindBlocks(work, memory);
  const { length } = work.blocks;
  return () => {
    for (;;) {
      const index = Atomics.add(signals, signal.next, 1);
      if (index >= length) return;
      run(index);
      Atomics.add(signals, signal.done + thread, 1);
    }
  };
};

/** How often a thread looks before it sleeps: some ten microseconds, so that it is awake between the parts of an update. */
const LOOKS = 2000;

/** Waits until a signal is no longer `value`, at first awake, then asleep, and returns it; at most some milliseconds. */
export const waitWhile = (
  signals: Int32Array,
  index: number,
  value: number,
  milliseconds = Number.POSITIVE_INFINITY,
): number => {
  for (let look = 0; look < LOOKS; look++) {
    const now = Atomics.load(signals, index);
    if (now !== value) return now;
  }
  Atomics.wait(signals, index, value, milliseconds);
  return Atomics.load(signals, index);
};
