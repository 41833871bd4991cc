import { input } from "../../graph/index.js";
import { changing, type ToFactors } from "./columns.js";
import { compileKernel } from "./kernel.js";
import { bindNorms } from "./norms.js";

/** Norms of the rows of row-major float32 matrices in one memory: the filters of a convolution `[out, in · height · width]`. */
export interface Rows {
  /**
   * Scales every row by a factor that depends on its squared norm, and returns how many factors are not 1. `scratch` has room for `rows`
   * float32.
   */
  readonly rescaleRows: (
    pointer: number,
    rows: number,
    columns: number,
    toFactors: ToFactors,
    scratch: number,
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
  const rescaleRows: Rows["rescaleRows"] = (pointer, rows, columns, toFactors, scratch) => {
    const factors = new Float32Array(memory.buffer, scratch, rows);
    const start = (i: number) => pointer + 4 * columns * i;
    for (let i = 0; i < rows; i++) factors[i] = squaredNorm(start(i), columns);
    toFactors(scratch, rows);
    factors.forEach((value, i) => {
      if (value !== 1) scale.run([start(i)], columns, [value]);
    });
    return changing(factors);
  };
  return { rescaleRows };
};
