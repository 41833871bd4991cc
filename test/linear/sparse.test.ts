import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  crossValidate,
  elasticNet,
  elasticNetPath,
  kFold,
  lambdaGrid,
  lambdaMax,
  lasso,
  lassoPath,
  residuals,
  ridgePath,
} from "../../src/linear/index.js";
import { correlations, norm, problems, regression } from "./problems.js";
import { difference } from "./reference.js";

const runs = { numRuns: 25 };
const ratios = fc.constantFrom(1, 0.7, 0.2);
const methods = fc.constantFrom("coordinate-descent" as const, "proximal-gradient" as const);
/** λ as a fraction of λ_max. */
const fractions = fc.double({ min: 0.01, max: 0.95, noNaN: true });

describe("lasso and elastic net", () => {
  it("satisfy the subgradient conditions: 2X_j'r − 2l₂w_j = l₁·sign(w_j), or at most l₁ where w_j = 0", () =>
    fc.assert(
      fc.asyncProperty(problems, fractions, ratios, methods, async (data, fraction, ratio, method) => {
        const lambda = fraction * (await lambdaMax(data, { ratio }));
        const fit = await elasticNet(data, { lambda, ratio, method });
        expect(fit.converged).toBe(true);
        const l1 = lambda * ratio;
        const l2 = lambda * (1 - ratio);
        const slack = 1e-5 * norm(data.y) * norm(data.X);
        correlations(data, residuals(fit, data)).forEach((c, j) => {
          const w = fit.weights[j] ?? 0;
          const g = 2 * c - 2 * l2 * w;
          if (w === 0) expect(Math.abs(g)).toBeLessThan(l1 + slack);
          else expect(Math.abs(g - l1 * Math.sign(w))).toBeLessThan(slack);
        });
      }),
      runs,
    ));

  it("have the same weights by coordinate descent and by proximal gradient where the minimum is unique", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fractions, ratios, async (seed, fraction, ratio) => {
        const data = regression(seed, 30, 10);
        const lambda = fraction * (await lambdaMax(data, { ratio }));
        const one = await elasticNet(data, { lambda, ratio });
        const other = await elasticNet(data, { lambda, ratio, method: "proximal-gradient" });
        expect(difference(other.weights, one.weights)).toBeLessThan(1e-6);
        expect(other.weights.map((w) => Number(w === 0))).toEqual(one.weights.map((w) => Number(w === 0)));
      }),
      runs,
    ));

  it("are all zero exactly from λ_max on", () =>
    fc.assert(
      fc.asyncProperty(problems, ratios, async (data, ratio) => {
        const most = await lambdaMax(data, { ratio });
        const above = await elasticNet(data, { lambda: most * 1.001, ratio });
        expect(above.weights.every((w) => w === 0)).toBe(true);
        const below = await elasticNet(data, { lambda: most * 0.99, ratio });
        expect(below.weights.some((w) => w !== 0)).toBe(true);
      }),
      runs,
    ));

  it("shrink along the path: ‖w‖₁ falls as λ grows, and each point is what a cold start finds", async () => {
    const data = regression(5, 20, 40);
    const path = await lassoPath(data, { count: 30 });
    expect(path).toHaveLength(30);
    expect(path[0]?.lambda).toBeCloseTo(await lambdaMax(data), 9);
    expect((path.at(-1)?.lambda ?? 0) / (path[0]?.lambda ?? 0)).toBeCloseTo(1e-3, 12);
    const sums = path.map(({ weights }) => weights.reduce((s, w) => s + Math.abs(w), 0));
    sums.slice(1).forEach((after, k) => {
      expect(after).toBeGreaterThanOrEqual((sums[k] ?? Infinity) - 1e-9);
    });
    for (const fit of [path[10], path[20]]) {
      const cold = await lasso(data, { lambda: fit?.lambda ?? 0 });
      expect(difference(fit?.weights ?? [], cold.weights)).toBeLessThan(1e-6);
    }
  });

  it("give a path in the order of the lambdas asked for", async () => {
    const fits = await elasticNetPath(regression(1, 15, 4), { lambdas: [0.1, 10, 1, 10], ratio: 0.5 });
    expect(fits.map(({ lambda }) => lambda)).toEqual([0.1, 10, 1, 10]);
  });

  it("say so where they run out of iterations", async () => {
    const data = regression(2, 30, 10);
    const fit = await lasso(data, { lambda: 0.1, method: "proximal-gradient", maxIterations: 3 });
    expect(fit).toMatchObject({ converged: false, iterations: 3 });
    expect(fit.gap).toBeGreaterThan(0);
  });

  it("leave constant features at zero", async () => {
    const data = regression(2, 30, 4);
    const X = data.X.map((x, k) => (k % 4 === 1 ? 0.1 : x));
    for (const method of ["coordinate-descent", "proximal-gradient"] as const) {
      expect((await lasso({ ...data, X }, { lambda: 0.1, method })).weights[1]).toBe(0);
    }
  });

  it("refuse strengths and ratios out of range", async () => {
    const data = regression(2, 10, 2);
    await expect(lasso(data, { lambda: 0 })).rejects.toThrow("for 0 use leastSquares");
    await expect(lasso(data, { lambda: -1 })).rejects.toThrow("lambda is -1");
    await expect(elasticNet(data, { lambda: 1, ratio: 0 })).rejects.toThrow("for 0 use ridge");
    await expect(elasticNet(data, { lambda: 1, ratio: 1.5 })).rejects.toThrow("ratio is 1.5");
    await expect(lassoPath(data, { lambdas: [1, Number.NaN] })).rejects.toThrow("lambda is NaN");
    const flat = { ...data, y: new Float64Array(10).fill(3) };
    await expect(lassoPath(flat)).rejects.toThrow("no feature is correlated");
    expect(() => lambdaGrid(1, { count: 1 })).toThrow("count is 1");
  });
});

describe("kFold", () => {
  it("tests every example once, learns from all others, in parts of nearly equal size", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 2, max: 60 }),
        fc.nat(),
        (n, k, seed) => {
          fc.pre(k <= n);
          const folds = kFold(n, k, seed);
          expect(folds).toHaveLength(k);
          const tested = folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b);
          expect(tested).toEqual(Array.from({ length: n }, (_, i) => i));
          for (const { train, test } of folds) {
            expect(new Set([...train, ...test]).size).toBe(n);
            expect(Math.abs(test.length - n / k)).toBeLessThan(1);
          }
        },
      ),
    );
    expect(kFold(20, 4, 1)).toEqual(kFold(20, 4, 1));
    expect(kFold(20, 4, 1)).not.toEqual(kFold(20, 4, 2));
    expect(() => kFold(5, 6, 0)).toThrow("6 folds of 5 examples");
    expect(() => kFold(5, 1, 0)).toThrow("1 folds");
  });
});

describe("crossValidate", () => {
  it("is the mean and standard error over the folds, and chooses by them", async () => {
    const data = regression(4, 6, 1);
    // A stand-in whose error is the λ of its intercept plus a number that depends on the fold.
    const lambdas = [1, 2, 4, 8];
    const wanted: Record<number, readonly number[]> = {
      1: [5, 9],
      2: [2, 6],
      4: [4.9, 6.9],
      8: [5.1, 7.1],
    };
    let fold = -1;
    const result = await crossValidate(data, {
      lambdas,
      k: 2,
      path: async (train) => {
        fold++;
        expect(train.n).toBe(3);
        return lambdas.map((lambda) => ({ weights: Float64Array.of(lambda), intercept: 0 }));
      },
      error: ({ weights }) => wanted[weights[0] ?? 0]?.[fold] ?? Number.NaN,
    });
    expect(difference(result.mean, [7, 4, 5.9, 6.1])).toBeLessThan(1e-15);
    // Standard deviations 2√2, 2√2, √2, √2 over √2: one standard error above 4 is 6, between 5.9 and 6.1.
    expect(difference(result.standardError, [2, 2, 1, 1])).toBeLessThan(1e-15);
    expect(result).toMatchObject({ best: 2, oneStandardError: 4 });
  });

  it("finds a strength for noise: more features than signal want λ > 0", async () => {
    const data = regression(11, 40, 30);
    const lambdas = lambdaGrid(1000, { count: 15, fraction: 1e-7 });
    const options = { lambdas, path: (train: typeof data) => ridgePath(train, { lambdas }), seed: 3 };
    const { best, oneStandardError, mean } = await crossValidate(data, options);
    expect(best).toBeGreaterThan(1e-3);
    expect(best).toBeLessThan(1000);
    expect(oneStandardError).toBeGreaterThanOrEqual(best);
    expect(Math.min(...mean)).toBeLessThan(mean[14] ?? 0);
  });

  it("refuses paths that do not match the lambdas", async () => {
    const data = regression(4, 6, 1);
    await expect(crossValidate(data, { lambdas: [1], path: async () => [] })).rejects.toThrow(
      "0 models for 1 lambdas",
    );
    await expect(crossValidate(data, { lambdas: [], path: async () => [] })).rejects.toThrow("no lambdas");
  });
});
