import { Matrix as Dense } from "ml-matrix";
import { expect, it } from "vitest";
import { exp, input, log, pow, sin, square, sum } from "../../src/graph/index.js";
import {
  convexity,
  leastSquaresObjective,
  logisticObjective,
  matrix,
  type Objective,
  objective,
  quadraticObjective,
  ridgeObjective,
  smoothness,
  strongConvexity,
} from "../../src/theory/index.js";
import { eigenvalues, gaussian, gramEigenvalues, normals, withSingularValues } from "./matrices.js";

const u = input("u", [3], "float64");
const of = (name: string, value: Parameters<typeof objective>[0]["value"]) =>
  objective({ name, parameters: u, value });
const doubleWell = of("x^4 - x^2", sum(pow(u, 4).sub(square(u))));
const waves = of("sin", sum(sin(u)));
/** A definition with its known constants removed, to see what the samples say. */
const unknown = ({ constants: _, ...rest }: Objective): Objective => ({ ...rest, quadratic: false });

const X = gaussian(30, 5, 1);
const y = normals(30, 2);
const labels = y.map((yi) => (yi > 0 ? 1 : -1));

it("finds counter-examples to convexity, and they are true ones", async () => {
  for (const f of [doubleWell, waves]) {
    const { convex, worst, verdict } = await convexity(f);
    expect(convex, f.name).toBe(false);
    expect(verdict).toContain("is not convex");
    // Recomputed from the pair alone.
    const slope = (await f.gradient(worst.x2)).reduce(
      (t, g, i) => t + g * ((worst.x1[i] ?? 0) - (worst.x2[i] ?? 0)),
      0,
    );
    expect(await f.value(worst.x1)).toBeLessThan((await f.value(worst.x2)) + slope - worst.tolerance);
    expect(worst.violation).toBeGreaterThan(worst.tolerance);
  }
});

it("finds the one bad direction of a saddle in 60 dimensions", async () => {
  const size = 60;
  const v = normals(size, 4);
  const unit = v.map((vi) => vi / Math.sqrt(v.reduce((t, x) => t + x * x, 0)));
  const A = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => (i === j ? 1 : 0) - 1.01 * (unit[i] ?? 0) * (unit[j] ?? 0)),
  );
  const { convex } = await convexity(quadraticObjective(matrix(A), new Float64Array(size)));
  expect(convex).toBe(false);
});

it("passes convex functions, flat ones included", async () => {
  const flat = withSingularValues(20, 8, [3, 2, 1e-3], 3);
  const passing = [
    logisticObjective(X, labels, 0),
    logisticObjective(X, labels, 0.1),
    leastSquaresObjective(
      X,
      y.map((yi) => 1e6 + yi),
    ),
    leastSquaresObjective(flat, y.subarray(0, 20)),
    ridgeObjective(X, y, 2),
    of("linear", sum(u.mul(3))),
    of("constant", sum(u.mul(0))),
    of("exp", sum(exp(u))),
  ];
  for (const f of passing) {
    for (const seed of [0, 1]) {
      const { convex, verdict, pairs } = await convexity(f, { seed });
      expect(convex, verdict).toBe(true);
      expect(pairs).toBeGreaterThanOrEqual(200);
    }
  }
});

it("looks where it is told to", async () => {
  expect((await convexity(doubleWell, { around: Float64Array.of(5, 5, 5), radius: 0.5 })).convex).toBe(true);
  const logarithm = of("log", sum(log(u)).neg());
  await expect(convexity(logarithm)).rejects.toThrow(/choose around and radius inside its domain/);
  expect((await convexity(logarithm, { around: Float64Array.of(2, 2, 2), radius: 0.1 })).convex).toBe(true);
  await expect(convexity(waves, { radius: 0 })).rejects.toThrow(/radius is 0/);
  await expect(convexity(waves, { samples: 0 })).rejects.toThrow(/samples is 0/);
  await expect(convexity(waves, { around: new Float64Array(2) })).rejects.toThrow(/around has 2 elements/);
});

it("knows L and mu of least squares, ridge and logistic regression", async () => {
  for (const data of [X, gaussian(4, 9, 7), withSingularValues(20, 6, [5, 4, 3], 8)]) {
    const target = normals(data.rows, 3);
    const exact = gramEigenvalues(data);
    const [low, top] = [exact[0] ?? 0, exact.at(-1) ?? 0];
    const plain = leastSquaresObjective(data, target);
    const L = await smoothness(plain);
    const mu = await strongConvexity(plain);
    expect(L.certainty).toBe("exact");
    expect(L.lipschitz.holds && L.upperBound.holds && mu.lowerBound.holds, L.verdict + mu.verdict).toBe(true);
    expect(Math.abs(L.value - top) / top).toBeLessThan(1e-9);
    expect(Math.abs(mu.value - low) / top).toBeLessThan(1e-12);
    if (data !== X) expect(mu.value).toBe(0);
    const shrunk = ridgeObjective(data, target, 0.5);
    expect((await smoothness(shrunk)).value).toBeCloseTo(2 * top + 1, 8);
    expect((await strongConvexity(shrunk)).value).toBeCloseTo(2 * low + 1, 8);
    const classifier = logisticObjective(
      data,
      target.map((t) => (t > 0 ? 1 : -1)),
      0.5,
    );
    const Lc = await smoothness(classifier);
    expect(Lc.value).toBeCloseTo(top / 4 + 1, 8);
    expect(Lc.lipschitz.holds && Lc.upperBound.holds).toBe(true);
    expect((await strongConvexity(classifier)).value).toBe(1);
  }
});

it("is exact for any quadratic in the symbolic language, indefinite ones included", async () => {
  const A = [
    [1, 2, 0],
    [2, -5, 1],
    [0, 1, 3],
  ];
  const exact = eigenvalues(new Dense(A));
  const f = quadraticObjective(matrix(A), Float64Array.of(1, 0, 0));
  const L = await smoothness(f);
  const mu = await strongConvexity(f);
  expect([L.certainty, mu.certainty]).toEqual(["exact", "exact"]);
  expect(L.value).toBeCloseTo(Math.max(...exact.map(Math.abs)), 10);
  expect(mu.value).toBeCloseTo(exact[0] ?? 0, 10);
  expect(mu.verdict).toContain("not convex");
  expect(L.lipschitz.holds && L.upperBound.holds && mu.lowerBound.holds).toBe(true);
});

it("estimates L elsewhere from Hessian-vector products: never above the truth, and close to it", async () => {
  // The Hessian of Σ exp(xᵢᵀw) is Xᵀ diag(exp(Xw)) X; with points close together its spectrum hardly moves.
  const small = gaussian(10, 4, 5);
  const w = input("w", [4], "float64");
  const x = input("x", [10, 4], "float64");
  const f = objective({
    name: "Σ exp",
    parameters: w,
    value: sum(exp(sum(x.mul(w), 1))),
    data: { x: small.values },
  });
  const around = normals(4, 6, 0.5);
  const H = Dense.zeros(4, 4);
  for (let i = 0; i < 10; i++) {
    const row = Array.from(small.values.subarray(4 * i, 4 * i + 4));
    const weight = Math.exp(row.reduce((total, xi, j) => total + xi * (around[j] ?? 0), 0));
    H.add(Dense.columnVector(row).mmul(Dense.rowVector(row)).mul(weight));
  }
  const exact = eigenvalues(H);
  const near = { around, radius: 1e-7 };
  const L = await smoothness(f, near);
  expect(L.certainty).toBe("estimate");
  expect(Math.abs(L.value - (exact.at(-1) ?? 0)) / (exact.at(-1) ?? 1)).toBeLessThan(1e-5);
  const mu = await strongConvexity(f, near);
  expect(Math.abs(mu.value - (exact[0] ?? 0)) / (exact.at(-1) ?? 1)).toBeLessThan(1e-5);

  const known = logisticObjective(X, labels, 0.1);
  const [truth, estimate] = [await smoothness(known), await smoothness(unknown(known))];
  expect(estimate.value).toBeLessThanOrEqual(truth.value);
  expect(estimate.value).toBeGreaterThan(0.5 * truth.value);
  expect(estimate.verdict).toContain("at least, as an estimate");
  expect((await strongConvexity(unknown(known))).value).toBeGreaterThanOrEqual(0.2);
  expect((await strongConvexity(doubleWell)).verdict).toContain("not convex");
});

it("catches constants that are wrong", async () => {
  const f = leastSquaresObjective(X, y);
  const L = (await smoothness(f)).value;
  const lie = (value: number) => async () => ({ value, certainty: "bound", how: "a lie" }) as const;
  const wrong = { ...f, constants: { smoothness: lie(0.5 * L), strongConvexity: lie(0.9 * L) } };
  const report = await smoothness(wrong);
  expect([report.lipschitz.holds, report.upperBound.holds]).toEqual([false, false]);
  expect(report.lipschitz.needed).toBeGreaterThan(0.5 * L);
  expect(report.lipschitz.needed).toBeLessThanOrEqual(L * (1 + 1e-12));
  expect(report.verdict).toContain("but a pair asks for");
  expect((await strongConvexity(wrong)).lowerBound.holds).toBe(false);
});

it("estimates small constants as they are", async () => {
  // Of 0.01·Σ sin u the curvatures lie between -0.01 and 0.01.
  const small = of("small waves", sum(sin(u)).mul(0.01));
  const { value } = await smoothness(small);
  expect(value).toBeGreaterThan(0.0095);
  expect(value).toBeLessThanOrEqual(0.01 + 1e-12);
  expect((await strongConvexity(small)).value).toBeLessThan(-0.0095);
});

it("says which constant a pair would have needed: of 3/2·w² always 3", async () => {
  expect(() => quadraticObjective([[3]] as never, Float64Array.of(1))).toThrow(/^quadratic: the matrix is /);
  const f = quadraticObjective(matrix([[3]]), Float64Array.of(1));
  const { lipschitz, upperBound } = await smoothness(f);
  const { lowerBound } = await strongConvexity(f);
  for (const { needed } of [lipschitz, upperBound, lowerBound]) expect(needed).toBeCloseTo(3, 5);
});
