import { Matrix as Dense } from "ml-matrix";
import { expect, it } from "vitest";
import { lanczos, type Matrix, products, type SymmetricOperator } from "../../src/theory/index.js";
import { tridiagonalEigenvalues } from "../../src/theory/tridiagonal.js";
import { dense, eigenvalues, gaussian, gramEigenvalues, normals, withSingularValues } from "./matrices.js";

const diagonal = (values: readonly number[]): SymmetricOperator => ({
  dimension: values.length,
  apply: async (v) => v.map((vi, i) => vi * (values[i] ?? 0)),
});

it("finds the eigenvalues of tridiagonal matrices, and products with the eigenvectors", () => {
  for (const [seed, size] of [1, 2, 3, 5, 30, 120].entries()) {
    const alpha = normals(size, seed);
    const beta = normals(size, seed + 100).map((b, i) => (i % 7 === 6 ? 0 : b));
    const T = Dense.zeros(size, size);
    for (let k = 0; k < size; k++) {
      T.set(k, k, alpha[k] ?? 0);
      if (k + 1 < size) {
        T.set(k, k + 1, beta[k] ?? 0);
        T.set(k + 1, k, beta[k] ?? 0);
      }
    }
    const rows = Array.from({ length: size }, (_, i) =>
      Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
    );
    const theta = tridiagonalEigenvalues(alpha, beta, rows);
    const Q = new Dense(rows.map((row) => Array.from(row)));
    const residual = T.mmul(Q).sub(Q.mmul(Dense.diag(Array.from(theta))));
    expect(residual.norm()).toBeLessThan(1e-12 * size);
    const sorted = Array.from(theta).sort((a, b) => a - b);
    eigenvalues(T).forEach((value, k) => {
      expect(sorted[k]).toBeCloseTo(value, 11);
    });
  }
});

/** Spectra that are hard for Lanczos' method in different ways; k is a singular value's index, n their number. */
const spectra: Record<string, (k: number, n: number) => number> = {
  even: (k, n) => 1 + k / n,
  clustered: (k, n) => 1 + 1e-5 * k + (k > n / 2 ? 1 : 0),
  "cluster at the top": (k, n) => (k === 0 ? 1e-3 : 1 - 1e-7 * (k / n)),
  geometric: (k) => 10 ** (-k / 8),
  equal: () => 3,
};

it("gives lambda_max and lambda_min of X'X within 1e-6 for 200 random X, tall and wide", {
  timeout: 60_000,
}, async () => {
  let worst = 0;
  const kinds = Object.values(spectra);
  for (let i = 0; i < 200; i++) {
    const m = 1 + ((i * 37) % 60);
    const d = 1 + ((i * 53) % 45);
    const full = Math.min(m, d);
    const rank = i % 3 === 0 ? Math.ceil(full / 2) : full;
    const kind = kinds[i % (kinds.length + 1)];
    const X: Matrix =
      kind === undefined
        ? gaussian(m, d, i)
        : withSingularValues(
            m,
            d,
            Array.from({ length: rank }, (_, k) => kind(k, rank)),
            i,
          );
    const exact = gramEigenvalues(X);
    const withX = products(X);
    const { largest, smallest } = await lanczos(withX.gram, { seed: i });
    await withX.release();
    const top = exact.at(-1) ?? 0;
    const bottom = exact[exact.length - full] ?? 0;
    worst = Math.max(worst, Math.abs(largest.value - top) / top);
    expect(Math.abs(largest.value - top) / top, `X ${i}, ${m} x ${d}`).toBeLessThan(1e-6);
    expect(Math.abs(smallest.value - bottom) / top, `X ${i}, ${m} x ${d}`).toBeLessThan(1e-12);
    expect(largest.converged && smallest.converged).toBe(true);
    if (rank < full && kind !== undefined) expect(smallest.value).toBeLessThanOrEqual(smallest.error);
  }
  expect(worst).toBeLessThan(1e-9);
});

it("stops long before the dimension where the spectrum allows it", async () => {
  const X = withSingularValues(
    300,
    200,
    Array.from({ length: 200 }, (_, k) => 0.97 ** k),
    5,
  );
  const withX = products(X);
  const { largest, steps } = await lanczos(withX.gram, { ends: "largest" });
  await withX.release();
  expect(steps).toBeLessThan(100);
  expect(Math.abs(largest.value - 1)).toBeLessThan(1e-10);
  expect(largest.error).toBeLessThan(1e-9);
});

it("restarts when the Krylov space is exhausted, so that eigenvectors orthogonal to the start are found", async () => {
  const values = Array.from({ length: 60 }, (_, i) => (i === 30 ? 9 : i === 31 ? -4 : 1 + (i % 3)));
  const start = new Float64Array(60);
  start[0] = 1;
  const { largest, smallest, restarts } = await lanczos(diagonal(values), { start });
  expect(restarts).toBeGreaterThan(0);
  expect(largest.value).toBeCloseTo(9, 12);
  expect(smallest.value).toBeCloseTo(-4, 12);
  const x = largest.vector();
  expect(Math.abs(x[30] ?? 0)).toBeCloseTo(1, 10);
  expect(Math.abs(smallest.vector()[31] ?? 0)).toBeCloseTo(1, 10);
});

it("handles the zero operator, one dimension and multiples of the identity", async () => {
  expect((await lanczos(diagonal([0, 0, 0, 0]))).largest.value).toBe(0);
  expect((await lanczos(diagonal([-2]))).smallest.value).toBe(-2);
  const { largest, smallest } = await lanczos(diagonal(Array.from({ length: 40 }, () => 5)));
  expect([largest.value, smallest.value]).toEqual([expect.closeTo(5, 12), expect.closeTo(5, 12)]);
});

it("reports an error that covers the true one when it is cut short", async () => {
  const A = dense(gaussian(80, 80, 3));
  const S = A.add(A.transpose());
  const operator: SymmetricOperator = {
    dimension: 80,
    apply: async (v) => Float64Array.from(S.mmul(Dense.columnVector(Array.from(v))).getColumn(0)),
  };
  const exact = eigenvalues(S);
  const { largest } = await lanczos(operator, { maxSteps: 12 });
  expect(largest.converged).toBe(false);
  expect(Math.min(...exact.map((value) => Math.abs(value - largest.value)))).toBeLessThan(largest.error);
  const whole = await lanczos(operator);
  expect(whole.largest.value).toBeCloseTo(exact.at(-1) ?? 0, 9);
  expect(whole.smallest.value).toBeCloseTo(exact[0] ?? 0, 9);
});

it("is reproducible, and refuses operators that return NaN", async () => {
  const run = async () => (await lanczos(diagonal(Array.from(normals(50, 1))), { seed: 7 })).largest.value;
  expect(await run()).toBe(await run());
  const broken: SymmetricOperator = { dimension: 3, apply: async (v) => v.map(() => Number.NaN) };
  await expect(lanczos(broken)).rejects.toThrow(/product 1 with the operator holds NaN/);
});

it("a tridiagonal matrix that holds NaN is refused, not iterated on for ever", () => {
  expect(() => tridiagonalEigenvalues([Number.NaN, 1, 2], [1, 1])).toThrow(/do not converge/);
});
