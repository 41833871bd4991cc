import { expect, it } from "vitest";
import { examples, logisticRegression, ridge } from "../../src/linear/index.js";
import {
  certifyProblem,
  descend,
  leastSquaresMinimiser,
  leastSquaresObjective,
  matrix,
} from "../../src/theory/index.js";

/** What a program without types can hand over. */
const untyped = <T>(given: unknown): T => given as T;

const X = matrix([[1, 2], [3, -1]]); // biome-ignore format: a matrix
const y = Float64Array.of(1, 2);

it("lists, texts and misspelt fields in place of vectors are refused in one line that says what to give", async () => {
  const f = leastSquaresObjective(X, y);
  const settings = { eta: 0.1, steps: 2 };
  await expect(descend(f, { ...settings, w0: untyped([0, 0]) })).rejects.toThrow(
    "descend: w0 is a list of 2; give a Float64Array",
  );
  await expect(descend(f, { ...settings, minimiser: untyped([0, 0]) })).rejects.toThrow(
    "descend: minimiser is a list of 2; give a Float64Array",
  );
  await expect(f.value(untyped([0, 0]))).rejects.toThrow("w is a list of 2; give a Float64Array");
  await f.release();
  await expect(leastSquaresMinimiser(X, untyped([1, 2]))).rejects.toThrow("y is a list of 2");
  await expect(leastSquaresMinimiser(X, y, 0, untyped([1, 2]))).rejects.toThrow("w0 is a list of 2");
  await expect(leastSquaresMinimiser(untyped([[1], [2]]), y)).rejects.toThrow("the matrix is a list of 2");
  await expect(certifyProblem({ X, y: untyped(["1", "2"]), model: "ridge" })).rejects.toThrow(
    "ridge: y is a list of 2; give a Float64Array",
  );
  await expect(leastSquaresMinimiser(untyped(undefined), y)).rejects.toThrow(
    "leastSquaresMinimiser: the matrix is undefined; make one by theory.matrix",
  );
  expect(() => leastSquaresObjective(untyped(Float64Array.of(1, 2)), y)).toThrow(
    "least squares: the matrix is a Float64Array without rows, columns and values; make one by theory.matrix",
  );
  expect(() => leastSquaresObjective(untyped({ rows: 1, columns: 2 }), y)).toThrow(
    "is an object without rows",
  );
  const data = examples([[1], [2]], [0, 1]);
  await expect(logisticRegression({ ...data, y: untyped([0, 1]) }, { lambda: 1 })).rejects.toThrow(
    "logisticRegression: y is a list of 2; give a Float64Array",
  );
  await expect(ridge(untyped({ X: data.X, Y: data.y, n: 2, d: 1 }), { lambda: 1 })).rejects.toThrow(
    "ridge: the examples have no y; make them by examples(rows, y)",
  );
  await expect(ridge(untyped(undefined), { lambda: 1 })).rejects.toThrow("the examples have no X");
});

it("what is no number does not become 0 or 1", () => {
  expect(() => matrix(untyped(3))).toThrow("matrix: got 3; give a list of rows");
  expect(() => matrix(untyped([1, 2]))).toThrow("matrix: row 0 is 1; give a list of numbers");
  expect(() => matrix(untyped([[1, null]]))).toThrow("matrix: row 0 has null as its number 1");
  expect(() => matrix(untyped([["1"]]))).toThrow('matrix: row 0 has "1" as its number 0');
  expect(() => examples(untyped([[1], [true]]), [0, 1])).toThrow("examples: row 1 has true as its number 0");
  expect(() => examples([[1]], untyped([null]))).toThrow("examples: y has null as its number 0");
  expect(() => examples(untyped(7), [0, 1])).toThrow("examples: the rows are 7");
  expect(Array.from(matrix([Float32Array.of(1, 2)]).values)).toEqual([1, 2]);
});
