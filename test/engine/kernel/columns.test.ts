import fc from "fast-check";
import { expect, it } from "vitest";
import { rangesToScale } from "../../../src/engine/kernel/columns.js";
import { bindColumns } from "../../../src/engine/kernel/index.js";

const memory = new WebAssembly.Memory({ initial: 64 });
const columns = bindColumns(memory);
const MATRIX = 64;
const SCRATCH = 2 ** 21;
const GUARD = 777;

const size = fc.oneof(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 30, max: 100 }));

/** Writes a matrix of uniform numbers in (-1, 1), and a number behind it and behind the scratch. */
const fillMatrix = (rows: number, width: number, seed: number) => {
  let state = seed;
  const matrix = new Float32Array(memory.buffer, MATRIX, rows * width + 1);
  for (let i = 0; i < matrix.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    matrix[i] = state / 2 ** 31;
  }
  matrix[rows * width] = GUARD;
  const scratch = new Float32Array(memory.buffer, SCRATCH, width + 1).fill(GUARD);
  const check = () => expect([matrix[rows * width], scratch[width]]).toEqual([GUARD, GUARD]);
  return { matrix: matrix.subarray(0, rows * width), scratch: scratch.subarray(0, width), check };
};

const squares = (matrix: Float32Array, rows: number, width: number) =>
  Array.from({ length: width }, (_, j) =>
    Array.from({ length: rows }, (_, i) => (matrix[i * width + j] ?? 0) ** 2).reduce((a, b) => a + b),
  );

/** Factors of norms as a kernel writes them: over their squares. */
const each = (factor: (norm: number) => number) => (pointer: number, count: number) => {
  const squares = new Float32Array(memory.buffer, pointer, count);
  squares.forEach((square, j) => {
    squares[j] = factor(Math.sqrt(square));
  });
};

/** Brings the columns with a greater norm back to it, as the constraint max-norm does. */
const project = (rows: number, width: number, maxNorm: number): number =>
  columns.rescaleColumns(
    MATRIX,
    rows,
    width,
    each((norm) => (norm > maxNorm ? maxNorm / norm : 1)),
    SCRATCH,
  );

it("tells the factor the norm of every column", () => {
  fc.assert(
    fc.property(size, size, fc.integer(), (rows, width, seed) => {
      const { matrix, check } = fillMatrix(rows, width, seed);
      const norms: number[] = [];
      columns.rescaleColumns(
        MATRIX,
        rows,
        width,
        each((norm) => norms.push(norm) && 1),
        SCRATCH,
      );
      expect(norms).toHaveLength(width);
      squares(matrix, rows, width).forEach((expected, j) => {
        expect(Math.abs((norms[j] ?? 0) ** 2 - expected)).toBeLessThanOrEqual(1e-5 * expected);
      });
      check();
    }),
  );
});

it("scales every column by its factor", () => {
  fc.assert(
    fc.property(size, size, fc.integer(), (rows, width, seed) => {
      const { matrix, check } = fillMatrix(rows, width, seed);
      const expected = matrix.map((value, i) => value * ((i % width) - 3));
      let j = 0;
      columns.rescaleColumns(
        MATRIX,
        rows,
        width,
        each(() => j++ - 3),
        SCRATCH,
      );
      expect(matrix).toEqual(expected);
      check();
    }),
  );
});

it("brings exactly the columns beyond the largest norm back to it", () => {
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer(),
      fc.double({ min: 0.1, max: 8, noNaN: true }),
      (rows, width, seed, maxNorm) => {
        const { matrix, check } = fillMatrix(rows, width, seed);
        const before = Float32Array.from(matrix);
        const norms = squares(matrix, rows, width).map(Math.sqrt);
        fc.pre(norms.every((norm) => Math.abs(norm / maxNorm - 1) > 1e-5));
        const scaled = project(rows, width, maxNorm);
        expect(scaled).toBe(norms.filter((norm) => norm > maxNorm).length);
        matrix.forEach((value, i) => {
          const factor = Math.min(1, maxNorm / (norms[i % width] ?? 1));
          const expected = (before[i] ?? 0) * factor;
          if (factor === 1) expect(value).toBe(before[i]);
          else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-5 * Math.abs(expected));
        });
        check();
      },
    ),
  );
});

it("finds single exceeding columns in a matrix wider than a block", () => {
  const [rows, width] = [9, 5003];
  const { matrix, check } = fillMatrix(rows, width, 5);
  const chosen = [0, 31, 32, 2047, 2048, 4100, 5002];
  for (const j of chosen) matrix[j] = 100;
  expect(project(rows, width, 10)).toBe(chosen.length);
  const after = squares(matrix, rows, width).map(Math.sqrt);
  for (const j of chosen) expect(after[j]).toBeCloseTo(10, 4);
  expect(Math.max(...after.filter((_, j) => !chosen.includes(j)))).toBeLessThan(3.001);
  expect(project(rows, width, 10.001)).toBe(0);
  check();
});

it("leaves NaN in place, for the check of divergence to find", () => {
  const { matrix } = fillMatrix(5, 5, 1);
  matrix[7] = Number.NaN;
  expect(project(5, 5, 100)).toBe(0);
  expect(matrix[7]).toBeNaN();
});

it("writes only the blocks with a factor other than 1, and whole rows where these are more than a third", () => {
  const rangesFor = (columns: number, ...changed: number[]) =>
    rangesToScale(Float32Array.from({ length: columns }, (_, j) => (changed.includes(j) ? 0.5 : 1)));
  expect(rangesFor(300)).toEqual([]);
  expect(rangesFor(300, 0)).toEqual([[0, 32]]);
  expect(rangesFor(300, 31, 32, 299)).toEqual([
    [0, 32],
    [32, 64],
    [288, 300],
  ]);
  // Of ten blocks, three are not more than a third, four are.
  expect(rangesFor(300, 5, 100, 200, 299)).toEqual([[0, 300]]);
  expect(rangesFor(96, 40)).toEqual([[32, 64]]);
  expect(rangesFor(96, 40, 70)).toEqual([[0, 96]]);
});

it("keeps the digits of norms over many thousand rows", () => {
  const [rows, width] = [100_003, 5];
  new Float32Array(memory.buffer, MATRIX, rows * width).fill(0.1);
  const norms: number[] = [];
  columns.rescaleColumns(
    MATRIX,
    rows,
    width,
    each((norm) => norms.push(norm) && 1),
    SCRATCH,
  );
  for (const norm of norms)
    expect(Math.abs(norm / (Math.fround(0.1) * Math.sqrt(rows)) - 1)).toBeLessThan(2e-6);
});
