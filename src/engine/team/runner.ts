import { missing } from "../../missing.js";
import type { Kernel } from "../kernel/index.js";

/** One of some kernels by its place among them, and the arrays that it runs over. */
export interface KernelCall {
  readonly kernel: number;
  /** Byte offset of each array. */
  readonly pointers: readonly number[];
  /** Elements of each. */
  readonly count: number;
}

/** Kernels, and calls of them of which none touches what another writes: they may be made in any order, and at the same time. */
export interface Work {
  readonly kernels: readonly Kernel[];
  readonly calls: readonly KernelCall[];
}

/** What runs kernels over a memory. */
export interface Runner {
  /** Makes ready for some work, which is done each time that the function is called, with the scalars of each kernel. */
  readonly prepare: (work: Work) => (scalars: readonly (readonly number[])[]) => void;
  readonly release: () => Promise<void>;
}

/** Runs kernels on the thread that calls. */
export const runAlone = (memory: WebAssembly.Memory): Runner => ({
  prepare: ({ kernels, calls }) => {
    const bound = kernels.map((kernel) => kernel.bind(memory));
    return (scalars) => {
      for (const { kernel, pointers, count } of calls) {
        (bound[kernel] ?? missing()).run(pointers, count, scalars[kernel] ?? missing());
      }
    };
  },
  release: async () => {},
});
