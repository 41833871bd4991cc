import fc from "fast-check";
import { expect, it } from "vitest";
import { bindRows } from "../../../src/engine/kernel/index.js";

const memory = new WebAssembly.Memory({ initial: 4 });
const { rescaleRows } = bindRows(memory);
const SCRATCH = 2 ** 17;

it("rows whose factor is a whole number are multiplied too", () => {
  new Float32Array(memory.buffer, 16, 6).set([1, 2, 3, 4, 5, 6]);
  const toFactors = (pointer: number) => new Float32Array(memory.buffer, pointer, 2).set([2, 1]);
  expect(rescaleRows(16, 2, 3, toFactors, SCRATCH)).toBe(1);
  expect([...new Float32Array(memory.buffer, 16, 6)]).toEqual([2, 4, 6, 4, 5, 6]);
});

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
