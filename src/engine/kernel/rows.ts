import { input } from "../../graph/index.js";
import { compileKernel } from "./kernel.js";
import { bindNorms } from "./norms.js";

/** Norms of the rows of row-major float32 matrices in one memory: the filters of a convolution `[out, in · height · width]`. */
export interface Rows {
  /** Scales every row whose norm exceeds `maxNorm` back to it (max-norm) and returns their number. */
  readonly projectRows: (pointer: number, rows: number, columns: number, maxNorm: number) => number;
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
  return {
    projectRows: (pointer, rows, columns, maxNorm) => {
      let exceeding = 0;
      for (let i = 0; i < rows; i++) {
        const start = pointer + 4 * columns * i;
        const square = squaredNorm(start, columns);
        if (square > maxNorm * maxNorm) {
          scale.run([start], columns, [maxNorm / Math.sqrt(square)]);
          exceeding++;
        }
      }
      return exceeding;
    },
  };
};
