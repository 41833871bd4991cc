import { pseudoInverse } from "ml-matrix";
import { expect, it } from "vitest";
import {
  leastSquaresMinimiser,
  logisticObjective,
  type Matrix,
  matrix,
  newtonMinimiser,
  quadraticObjective,
  ridgeObjective,
} from "../../src/theory/index.js";
import { newtonMinimum } from "../../src/theory/minimisers.js";
import { dense, gaussian, normals, withSingularValues } from "./matrices.js";

const norm = (v: ArrayLike<number>) => Math.sqrt(Array.from(v).reduce((t, x) => t + x * x, 0));
const difference = (a: Float64Array, b: Float64Array) => norm(a.map((ai, i) => ai - (b[i] ?? 0)));

/** w0 + X⁺(y - X·w0) by ml-matrix's singular value decomposition. */
const closest = (X: Matrix, y: Float64Array, w0: Float64Array): Float64Array => {
  const x = dense(X);
  const residual = x.mmul(dense({ rows: w0.length, columns: 1, values: w0 })).mul(-1);
  y.forEach((yi, i) => {
    residual.set(i, 0, residual.get(i, 0) + yi);
  });
  const step = pseudoInverse(x, 1e-10).mmul(residual).getColumn(0);
  return w0.map((wi, i) => wi + (step[i] ?? 0));
};

it("finds the least-squares solution closest to w0, tall, wide and rank-deficient", async () => {
  const shapes: [number, number, number][] = [
    [12, 5, 5],
    [12, 5, 3],
    [5, 12, 5],
    [5, 12, 2],
    [7, 7, 7],
    [1, 4, 1],
  ];
  for (const [seed, [m, d, rank]] of shapes.entries()) {
    const X = withSingularValues(
      m,
      d,
      Array.from({ length: rank }, (_, k) => 4 / (k + 1)),
      seed,
    );
    const y = normals(m, seed);
    for (const w0 of [new Float64Array(d), normals(d, seed + 50)]) {
      const w = await leastSquaresMinimiser(X, y, 0, w0);
      expect(difference(w, closest(X, y, w0)), `${m} x ${d} of rank ${rank}`).toBeLessThan(1e-11);
    }
  }
});

it("stays accurate where the Gram matrix's condition number is 1e12", async () => {
  const X = withSingularValues(20, 4, [1, 1e-2, 1e-4, 1e-6], 3);
  const truth = normals(4, 4);
  const y = Float64Array.from(
    dense(X)
      .mmul(dense({ rows: 4, columns: 1, values: truth }))
      .getColumn(0),
  );
  expect(difference(await leastSquaresMinimiser(X, y), truth)).toBeLessThan(1e-8);
});

it("finds where the gradient of ridge regression vanishes, and Newton's method agrees", async () => {
  for (const [m, d] of [
    [15, 6],
    [6, 15],
  ] as const) {
    for (const lambda of [1e-6, 0.3, 1e4]) {
      const X = gaussian(m, d, m);
      const y = normals(m, 1);
      const f = ridgeObjective(X, y, lambda);
      const w = await leastSquaresMinimiser(X, y, lambda);
      expect(norm(await f.gradient(w))).toBeLessThan(2e-12 * (60 + lambda));
      expect(difference(await newtonMinimiser(f, 2 * (60 + lambda)), w)).toBeLessThan(1e-7 * (1 + norm(w)));
    }
  }
});

it("minimises logistic regression to the last digits by Newton's method", async () => {
  for (const lambda of [0, 1e-3, 10]) {
    const X = gaussian(80, 6, 2);
    // Labels that no plane separates.
    const y = normals(80, 3).map((yi) => (yi > 0 ? 1 : -1));
    const f = logisticObjective(X, y, lambda);
    const w = await newtonMinimiser(f, 50 + lambda);
    expect(norm(await f.gradient(w))).toBeLessThan(1e-11);
  }
});

it("minimises logistic regression on dependent columns at the point nearest to w0", async () => {
  for (const seed of [1, 2, 3, 4]) {
    const size = seed % 2 === 0 ? 1000 : 1;
    const [a, b] = [normals(60, seed), normals(60, seed + 10).map((bi) => size * bi)];
    const noise = normals(60, seed + 20);
    const y = a.map((ai, i) => (ai + (b[i] ?? 0) / size + 2 * (noise[i] ?? 0) > 0 ? 1 : 0));
    const rows = Array.from(a, (ai, i) => [ai, b[i] ?? 0]);
    const independent = logisticObjective(matrix(rows), y, 0);
    const [u = 0, v = 0] = await newtonMinimiser(independent, 20 * size ** 2);
    // The third column is the first plus twice the second: weights move along (1, 2, -1) without a difference.
    const dependent = logisticObjective(matrix(rows.map(([x = 0, z = 0]) => [x, z, x + 2 * z])), y, 0);
    for (const w0 of [new Float64Array(3), normals(3, seed + 30).map((wi) => wi / size)]) {
      const [p = 0, q = 0, r = 0] = w0;
      const along = (p + 2 * q - r - (u + 2 * v)) / 6;
      const nearest = Float64Array.of(u + along, v + 2 * along, -along);
      const w = await newtonMinimiser(dependent, 120 * size ** 2, w0);
      expect(difference(w, nearest) / norm(nearest), `seed ${seed}`).toBeLessThan(1e-7);
    }
  }
});

it("says that there is no minimiser for a saddle", async () => {
  const saddle = quadraticObjective(
    matrix([
      [1, 0],
      [0, -1],
    ]),
    Float64Array.of(0, 1),
  );
  await expect(newtonMinimiser(saddle, 1)).rejects.toThrow(/no minimiser was found/);
});

it("Newton's minimum says how far it may be off, for a mu below 1 too, and nothing without one", async () => {
  // ¼w² - w: the minimum -1 at 2, L = mu = 1/2.
  const bowl = quadraticObjective(matrix([[1 / 2]]), Float64Array.of(1));
  const { w, value, valueError, distance } = await newtonMinimum(bowl, 1 / 2, 1 / 2);
  expect(w[0]).toBeCloseTo(2, 12);
  expect(value).toMatchObject({ certainty: "exact", how: "by Newton's method, to within ‖∇f‖²/(2·mu)" });
  expect(value.value).toBeCloseTo(-1, 12);
  expect(valueError).toBeGreaterThan(0);
  expect(valueError).toBeLessThan(1e-12);
  expect(distance).toBeGreaterThan(0);
  expect(distance).toBeLessThan(1e-12);
  const unknown = await newtonMinimum(bowl, 1 / 2, 0);
  expect(unknown).toMatchObject({ valueError: Infinity, distance: Infinity, value: { certainty: "bound" } });
  expect(unknown.value.how).toContain("without a mu > 0");
});
