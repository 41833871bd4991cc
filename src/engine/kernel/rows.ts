import { input } from "../../graph/index.js";
import { compileKernel } from "./kernel.js";
import { bindNorms } from "./norms.js";

/** Norms of the rows of row-major float32 matrices in one memory: the filters of a convolution `[out, in · height · width]`. */
export interface Rows {
  /** Scales every row by a factor that depends on its norm, and returns how many factors are not 1. */
  readonly rescaleRows: (
    pointer: number,
    rows: number,
    columns: number,
    factor: (norm: number) => number,
  ) => number;
}

/** Compiles the row kernels for a memory. */
export const bindRows = (memory: WebAssembly.Memory): Rows => {
  const { squaredNorm } = bindNorms(memory);
  const row = input("row", ["batch"]);
  const factor = input("factor", []);
  const scale = compileKernel({
    arrays: [row],
    scalars: [factor],
    stores: [{ into: row, value: row.mul(factor) }],
  }).bind(memory);
  const rescaleRows: Rows["rescaleRows"] = (pointer, rows, columns, factor) => {
    let changed = 0;
    for (let i = 0; i < rows; i++) {
      const start = pointer + 4 * columns * i;
      const value = factor(Math.sqrt(squaredNorm(start, columns)));
      if (value === 1) continue;
      scale.run([start], columns, [value]);
      changed++;
    }
    return changed;
  };
  return { rescaleRows };
};
