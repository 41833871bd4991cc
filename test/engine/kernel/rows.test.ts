import fc from "fast-check";
import { expect, it } from "vitest";
import { bindRows } from "../../../src/engine/kernel/index.js";

const memory = new WebAssembly.Memory({ initial: 4 });
const { rescaleRows } = bindRows(memory);
const SCRATCH = 2 ** 17;

it("brings exactly the rows beyond the largest norm back to it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), (rows, columns) => {
      // Row i is filled with i + 1: its norm is (i + 1) √columns.
      const matrix = new Float32Array(memory.buffer, 16, rows * columns).map(
        (_, i) => 1 + Math.floor(i / columns),
      );
      new Float32Array(memory.buffer, 16, matrix.length).set(matrix);
      const largest = 4.5;
      const maxNorm = largest * Math.sqrt(columns);
      const toFactors = (pointer: number, count: number) => {
        const squares = new Float32Array(memory.buffer, pointer, count);
        squares.forEach((square, i) => {
          squares[i] = Math.min(1, maxNorm / Math.sqrt(square));
        });
      };
      const scaled = rescaleRows(16, rows, columns, toFactors, SCRATCH);
      expect(scaled).toBe(Math.max(0, rows - 4));
      new Float32Array(memory.buffer, 16, matrix.length).forEach((value, i) => {
        expect(value).toBeCloseTo(Math.min(matrix[i] ?? 0, largest), 5);
      });
    }),
  );
});
