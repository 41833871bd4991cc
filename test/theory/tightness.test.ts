import { describe, expect, it } from "vitest";
import { input, square, sum } from "../../src/graph/index.js";
import {
  certify,
  convexity,
  descend,
  inequalities,
  iterationsTo,
  leastSquaresObjective,
  linearBound,
  logisticObjective,
  matrix,
  objective,
  quadraticObjective,
  rateBound,
  ridgeObjective,
  smoothness,
  strongConvexity,
} from "../../src/theory/index.js";
import { pairRoundoff } from "../../src/theory/pairs.js";
import { gammaOf, gradientRoundoff, spreadOf, valueRoundoff } from "../../src/theory/rounding.js";
import { gaussian, normals } from "./matrices.js";

/** f(w) = 2w², so that L = mu = 4, from w_0 = 1. */
const bowl = quadraticObjective(matrix([[4]]), new Float64Array(1));
const runAt = (eta: number, steps: number) =>
  descend(bowl, { eta, steps, w0: Float64Array.of(1), minimiser: new Float64Array(1) });

describe("the inequalities' two sides, by hand", () => {
  it("for f = 2w² at eta = 1/8: w = 1, 1/2, 1/4", async () => {
    const run = await runAt(1 / 8, 2);
    const sides = [...inequalities(run, 4, 4)].map(([name, comparisons]) => [
      name,
      ...comparisons.map(({ left, right }) => [left, right]),
    ]);
    expect(sides).toEqual([
      // f = 2, 1/2, 1/8; (eta/2)·g² = 16/16, 4/16.
      ["descent lemma", [0.5, 1], [0.125, 0.25]],
      ["minimum", [0, 0.5], [0, 0.125]],
      // (1 - 1/4)/(2/8), (1/4 - 1/16)/(2/8).
      ["step II", [0.5, 3], [0.125, 0.75]],
      // 1/(2t/8).
      ["rate bound", [0.5, 4], [0.125, 2]],
      // 1 - eta·mu = 1/2.
      ["linear distance", [0.25, 0.5], [0.0625, 0.25]],
      ["linear gap", [0.5, 1], [0.125, 0.5]],
    ]);
    expect(rateBound(run, 2)).toBe(2);
    expect([1, 2, 3].map((t) => linearBound(run, 4, t))).toEqual([1, 0.5, 0.25]);
    // (1/(2·(1/8)·(1/4))) = 16; f falls to 1/4 after two steps, its bound 2·(1/2)^t after three.
    expect(iterationsTo(run, 0.25, 4)).toEqual({ epsilon: 0.25, measured: 2, bound: 16, linearBound: 3 });
  });

  it("ask for L = 4 themselves: 2·(1/2 - 2 + 2)/(16/64)", async () => {
    const run = await runAt(1 / 8, 2);
    expect(certify(run, { L: 1 }).needed.L).toBeCloseTo(4, 11);
    expect(certify(run, { L: 4 }).needed.L).toBeLessThanOrEqual(4);
  });

  it("are equal where eta = 1/L on a parabola: the lemma promises exactly the whole way down", async () => {
    const run = await runAt(1 / 4, 1);
    const [lemma] = inequalities(run, 4, 4).get("descent lemma") ?? [];
    expect([lemma?.left, lemma?.right]).toEqual([0, 0]);
    expect(certify(run, { L: 4, mu: 4 }).holds).toBe(true);
  });

  it("leave room for rounding only: 1e-13 of f more than promised is a violation", async () => {
    const run = await runAt(1 / 4, 1);
    const higher = { ...run, values: Float64Array.of(2, 2e-13) };
    expect(certify(higher, { L: 4 }).firstViolation).toMatchObject({ inequality: "descent lemma", step: 1 });
    const lower = { ...run, values: Float64Array.of(2, 1e-16) };
    expect(certify(lower, { L: 4 }).holds).toBe(true);
  });

  it.each([
    [1, true],
    [1 + 1e-12, false],
    [1.01, false],
    [1.05, false],
  ])("eta = %s/L is within the theory: %s", async (share, promised) => {
    const run = await runAt(share / 4, 1);
    expect(certify(run, { L: 4 }).promised).toBe(promised);
  });
});

describe("rounding errors, by hand", () => {
  const rounding = { gamma: 1e-15, floor: 1 };

  it("of values and gradients", () => {
    // (√(3 + 1) + 1)² = 9.
    expect(valueRoundoff(rounding, 3, 1)).toBeCloseTo(9e-15, 28);
    expect(gradientRoundoff(rounding, 2, 3, 1)).toBeCloseTo(6e-15, 28);
    expect(gammaOf(10)).toBe(20 * Number.EPSILON);
    const w = Float64Array.of(3, 4);
    expect(spreadOf(rounding, 8, w)).toBe(10);
    expect(spreadOf({ ...rounding, scales: Float64Array.of(1, 0.5) }, 8, w)).toBe(5);
  });

  it("of a value is what its longest sums make it: 7 products and sums of 5 and 3 terms", () => {
    // reshape, matmul of 3 terms, reshape, difference, square or product, sum of 5, half.
    const { rounding: found } = leastSquaresObjective(gaussian(5, 3, 1), normals(5, 2));
    expect(found.gamma / (2 * Number.EPSILON)).toBeGreaterThanOrEqual(3 + 5);
    expect(found.gamma / (2 * Number.EPSILON)).toBeLessThanOrEqual(3 + 5 + 12);
  });

  it("of a pair", () => {
    const point = (x: number, value: number, g: number) => ({
      x: Float64Array.of(x),
      value,
      gradient: Float64Array.of(g),
    });
    const order = { first: point(2, 3, 5), second: point(-1, 7, 11), distance: 3, slope: 33, excess: 0 };
    // 3 + 7 + 33 + 5·2 + 11·(1 + 3) + 1.
    expect(pairRoundoff({ ...bowl, rounding }, order)).toBeCloseTo(98e-15, 27);
  });

  it("does not hide a concave part of 1e-9 under a slope of 1000", async () => {
    const u = input("u", [2], "float64");
    const bent = objective({
      name: "bent",
      parameters: u,
      value: sum(u.mul(1000)).sub(sum(square(u)).mul(1e-9)),
    });
    expect((await convexity(bent)).convex).toBe(false);
    const straight = objective({ name: "straight", parameters: u, value: sum(u.mul(1000)) });
    expect((await convexity(straight)).convex).toBe(true);
  });
});

describe("constants lie on the safe side, and close", () => {
  it("of a quadratic, of least squares and of ridge", async () => {
    const diagonal = matrix([[3, 0, 0], [0, 2, 0], [0, 0, 1]]); // biome-ignore format: a matrix
    // X'X = diag(1, 4, 9).
    const y = Float64Array.of(1, 2, 3);
    for (const [f, top, low] of [
      [quadraticObjective(diagonal, y), 3, 1],
      [leastSquaresObjective(diagonal, y), 9, 1],
      [ridgeObjective(diagonal, y, 0.5), 19, 3],
    ] as const) {
      const [L, mu] = [await smoothness(f), await strongConvexity(f)];
      expect([L.certainty, mu.certainty]).toEqual(["exact", "exact"]);
      expect(L.value).toBeGreaterThanOrEqual(top);
      expect(L.value).toBeLessThan(top * (1 + 1e-13));
      expect(mu.value).toBeLessThanOrEqual(low);
      expect(mu.value).toBeGreaterThan(low * (1 - 1e-13));
    }
  });

  it("logistic regression attains its L at w = 0: a quarter of lambda_max(X'X), and 2·lambda", async () => {
    // X'X = diag(9, 4): L = 9/4 + 2·0.5.
    const f = logisticObjective(matrix([[3, 0], [0, 2]]), Float64Array.of(0, 1), 0.5); // biome-ignore format: a matrix
    expect((await smoothness(f)).value).toBeCloseTo(3.25, 13);
    expect((await f.hessianVector(new Float64Array(2), Float64Array.of(1, 0)))[0]).toBeCloseTo(3.25, 13);
  });
});
