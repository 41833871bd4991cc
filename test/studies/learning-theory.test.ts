import { describe, expect, it } from "vitest";
import { meanSquaredResidual } from "../../src/linear/index.js";
import { missing } from "../../src/missing.js";
import { variance } from "../../src/statistics.js";
import * as errorDecomposition from "../../src/studies/error-decomposition.js";
import { polynomialDegree } from "../../src/studies/polynomial-degree.js";
import { ridgePathStudy } from "../../src/studies/ridge-path.js";
import {
  expectedError,
  noise,
  noisyQuadratic,
  polynomialExamples,
} from "../../src/studies/shared/quadratic.js";
import { quantile, short } from "../../src/studies/shared/statistics.js";
import { type Norm, type Plane, plane, projectedGradient } from "../../src/studies/sparsity/plane.js";
import { sparsity } from "../../src/studies/sparsity.js";
import type { StudyContext } from "../../src/studies/study.js";
import { failed, quick } from "./context.js";

describe("studies of learning theory and linear models", () => {
  it.each([
    {
      ...errorDecomposition.errorDecomposition,
      run: (context: StudyContext) =>
        errorDecomposition.measure({ resamples: 40, degrees: 24, largest: 800 }, context),
    },
    polynomialDegree,
    ridgePathStudy,
    sparsity,
  ])(
    "$name: what the lecture claims holds",
    async (study) => {
      const result = await study.run(quick());
      expect(failed(result)).toEqual([]);
      expect(result.claims.length).toBeGreaterThanOrEqual(3);
      expect(result.figure.svg).toMatch(/^<svg/);
      // Numbers are stored as JSON, which has no NaN.
      expect(JSON.stringify(result.numbers)).not.toContain("null");
    },
    60_000,
  );
});

describe("the expected error of a polynomial", () => {
  it("is the noise alone for the truth, and agrees with many new examples for another fit", () => {
    expect(expectedError({ weights: Float64Array.of(0.5, 1.5), intercept: -0.5 })).toBeCloseTo(
      noise ** 2,
      12,
    );
    const fit = { weights: Float64Array.of(0.2, 1, -0.3), intercept: -0.3 };
    const many = polynomialExamples(noisyQuadratic(40_001, 3), 3);
    expect(meanSquaredResidual(fit, many)).toBeCloseTo(expectedError(fit), 2);
  });
});

const constrained = async (problem: Plane, norm: Norm, B: number) =>
  (await projectedGradient(problem, norm, B)).at(-1) ?? missing();

describe("the constrained minimiser", () => {
  it.each(["l1", "l2"] as const)("under %s no point of the ball has a lower loss", async (norm) => {
    const problem = await plane(5);
    for (const B of [0.3, 1, 1.6]) {
      const [a = 0, b = 0] = await constrained(problem, norm, B);
      const size = (u: number, v: number) => (norm === "l1" ? Math.abs(u) + Math.abs(v) : Math.hypot(u, v));
      expect(size(a, b)).toBeLessThanOrEqual(B * (1 + 1e-12));
      const lowest = problem.loss(a, b);
      for (let i = -40; i <= 40; i++)
        for (let j = -40; j <= 40; j++) {
          const [u, v] = [(B * i) / 40, (B * j) / 40];
          if (size(u, v) <= B) expect(problem.loss(u, v)).toBeGreaterThanOrEqual(lowest - 1e-12);
        }
    }
    await problem.objective.release();
  });
});

describe("the picture of diamond and circle", () => {
  it("shows a corner under ℓ1 and none under ℓ2 whatever the seed", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const problem = await plane(seed);
      expect((await constrained(problem, "l1", 1))[1]).toBe(0);
      expect((await constrained(problem, "l2", 1))[1]).not.toBe(0);
      await problem.objective.release();
    }
  });
});

describe("statistics", () => {
  it("quantiles are interpolated, variances divided by n, numbers written with three digits", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3], 1)).toBe(3);
    expect(variance([1, 3])).toBe(1);
    expect([0, 1.23456, 1e-7, 123456, Number.POSITIVE_INFINITY].map(short)).toEqual([
      "0",
      "1.23",
      "10⁻⁷",
      "123,000",
      "∞",
    ]);
  });
});
