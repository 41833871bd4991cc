import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../../../src/linear/eigen/symmetric.js";
import { random } from "../../../src/random/random.js";

/** A symmetric n × n matrix of these elements. */
const matrix = (n: number, element: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) =>
    element(Math.max(Math.floor(k / n), k % n), Math.min(Math.floor(k / n), k % n)),
  );

/** X'·diag(weights)·X of normal X: rank and scale as the weights say. */
const gram = (n: number, weights: readonly number[]): Float64Array => {
  const X = new Float64Array(n * weights.length);
  random(5, "matrix").fillNormal(X);
  const x = (r: number, i: number) => X[r * n + i] ?? Number.NaN;
  return matrix(n, (i, j) => weights.reduce((sum, weight, r) => sum + weight * x(r, i) * x(r, j), 0));
};

const n = 100;
const normal = new Float64Array(n * n);
random(6, "matrix").fillNormal(normal);

const cases: readonly [string, Float64Array][] = [
  ["any", matrix(n, (i, j) => normal[i * n + j] ?? Number.NaN)],
  ["of a third of full rank", gram(n, new Array(33).fill(1))],
  [
    "with eigenvalues over twenty powers of ten",
    gram(
      n,
      Array.from({ length: n }, (_, k) => 10 ** (-k / 5)),
    ),
  ],
  ["the identity", matrix(n, (i, j) => (i === j ? 1 : 0))],
  ["zero", matrix(n, () => 0)],
  ["of ones", matrix(n, () => 1)],
  ["of second differences", matrix(n, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0))],
  [
    "Wilkinson's, with pairs of nearly equal eigenvalues",
    matrix(101, (i, j) => (i === j ? Math.abs(i - 50) : i - j === 1 ? 1 : 0)),
  ],
  [
    "of two blocks that are the same",
    matrix(n, (i, j) => (i % 2 === j % 2 ? 1 / (1 + ((i - j) / 2) ** 2) : 0)),
  ],
  ["too large to be squared", gram(n, new Array(n).fill(1e200))],
  ["too small to be squared", gram(n, new Array(n).fill(1e-200))],
  [
    "with one element beside the diagonal, near rounding",
    matrix(n, (i, j) => (i === j ? i : i === n - 1 && j === 0 ? 1e-9 : 0)),
  ],
  ["of one number", Float64Array.of(-7)],
  ["of two rows", Float64Array.of(2, 1, 1, 2)],
];

describe("symmetricEigen", () => {
  it.each(cases)(
    "of a matrix %s: A·v = λ·v, orthonormal v, the eigenvalues of a plain method",
    async (_, A) => {
      const size = Math.round(Math.sqrt(A.length));
      const { values, vectors } = await symmetricEigen(A.slice());
      const V = Matrix.from1DArray(size, size, vectors);
      const scale = Math.max(...values.map(Math.abs)) || 1;
      const products = Matrix.from1DArray(
        size,
        size,
        A.map((a) => a / scale),
      ).mmul(V.transpose());
      const expected = V.transpose().mulRowVector([...values.map((value) => value / scale)]);
      expect(Matrix.sub(products, expected).abs().max()).toBeLessThan(1e-13);
      expect(Matrix.sub(V.mmul(V.transpose()), Matrix.eye(size)).abs().max()).toBeLessThan(1e-13);
      expect([...values]).toEqual([...values].sort((a, b) => a - b));
      const plain = new EigenvalueDecomposition(
        Matrix.from1DArray(
          size,
          size,
          A.map((a) => a / scale),
        ),
        {
          assumeSymmetric: true,
        },
      ).realEigenvalues.sort((a, b) => a - b);
      plain.forEach((value, k) => {
        expect(Math.abs((values[k] ?? Number.NaN) / scale - value)).toBeLessThan(1e-12);
      });
    },
  );

  it("has eigenvectors where reflections are applied in several blocks", async () => {
    const size = 300;
    const X = new Float64Array(size * size);
    random(7, "matrix").fillNormal(X);
    const A = matrix(size, (i, j) => X[i * size + j] ?? Number.NaN);
    const { values, vectors } = await symmetricEigen(A.slice());
    const V = Matrix.from1DArray(size, size, vectors);
    const products = Matrix.from1DArray(size, size, A).mmul(V.transpose());
    const expected = V.transpose().mulRowVector([...values]);
    expect(Matrix.sub(products, expected).abs().max()).toBeLessThan(1e-11);
    expect(Matrix.sub(V.mmul(V.transpose()), Matrix.eye(size)).abs().max()).toBeLessThan(1e-12);
  });

  it("knows the eigenvalues of second differences to rounding, with products on the engine", async () => {
    const size = 300;
    const { values } = await symmetricEigen(matrix(size, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0)));
    values.forEach((value, k) => {
      expect(Math.abs(value - 4 * Math.sin(((k + 1) * Math.PI) / (2 * (size + 1))) ** 2)).toBeLessThan(1e-14);
    });
  });
});
