import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classProbabilities,
  examples,
  logisticRegression,
  probabilities,
  softmaxRegression,
} from "../../src/linear/index.js";
import { random } from "../../src/random/random.js";
import { correlations, norm, regression, strengths } from "./problems.js";
import { difference } from "./reference.js";

/** Classes drawn at random with odds that depend on the features: never separable in practice for n ≫ d. */
const classified = (seed: number, n: number, d: number, classes: number) => {
  const data = regression(seed, n, d);
  const stream = random(seed, "labels");
  const y = data.y.map((score, i) =>
    i < classes ? i : Math.min(classes - 1, Math.max(0, Math.round(score / 2 + 1.5 * stream.normal()))),
  );
  return { ...data, y };
};

describe("logisticRegression", () => {
  it("is stationary: X'(y − p) = 2λw and Σ(y − p) = 0", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 8 }), strengths, async (seed, d, lambda) => {
        const data = classified(seed, 40, d, 2);
        const fit = await logisticRegression(data, { lambda });
        const p = probabilities(fit, data.X);
        const r = data.y.map((y, i) => y - (p[i] ?? 0));
        correlations(data, r).forEach((c, j) => {
          expect(Math.abs(c - 2 * lambda * (fit.weights[j] ?? 0))).toBeLessThan(1e-8 * norm(data.X));
        });
        expect(Math.abs(r.reduce((a, b) => a + b, 0))).toBeLessThan(1e-8);
      }),
      { numRuns: 10 },
    ));

  it("is softmax regression of two classes at half the strength", async () => {
    const data = classified(3, 50, 4, 2);
    const one = await logisticRegression(data, { lambda: 1 });
    const two = await softmaxRegression(data, { lambda: 2 });
    const differences = one.weights.map((_, j) => (two.weights[2 * j + 1] ?? 0) - (two.weights[2 * j] ?? 0));
    expect(difference(differences, one.weights)).toBeLessThan(1e-9);
    const p = classProbabilities(two, data.X);
    expect(
      difference(
        p.filter((_, k) => k % 2 === 1),
        probabilities(one, data.X),
      ),
    ).toBeLessThan(1e-9);
  });

  it("refuses what has no minimum without a penalty, and solves it with one", async () => {
    const separable = examples([[1], [2], [3], [4]], [0, 0, 1, 1]);
    await expect(logisticRegression(separable, { lambda: 0 })).rejects.toThrow(
      "separate the classes without error",
    );
    expect((await logisticRegression(separable, { lambda: 1e-6 })).weights[0]).toBeGreaterThan(5);
    const touching = examples([[1], [2], [2], [3]], [0, 0, 1, 1]);
    await expect(logisticRegression(touching, { lambda: 0 })).rejects.toThrow("may separate the classes");
    const doubled = examples([[1, 2], [2, 4], [3, 6], [4, 8], [5, 10]], [0, 1, 0, 1, 0]); // biome-ignore format: a matrix
    await expect(logisticRegression(doubled, { lambda: 0 })).rejects.toThrow("depend on each other");
    const { weights } = await logisticRegression(doubled, { lambda: 0.1 });
    expect(weights[1]).toBeCloseTo(2 * (weights[0] ?? 0), 10);
  });

  it("refuses targets that are not 0 and 1", async () => {
    await expect(logisticRegression(examples([[1], [2]], [1, 2]), { lambda: 1 })).rejects.toThrow(
      "example 1 is 2",
    );
    await expect(logisticRegression(examples([[1], [2]], [1, 1]), { lambda: 1 })).rejects.toThrow(
      "class 0 has no example",
    );
    await expect(logisticRegression(examples([[1], [2]], [0, 1]), { lambda: -1 })).rejects.toThrow(
      "lambda is -1",
    );
  });
});

describe("softmaxRegression", () => {
  it("is stationary for every class and sums to zero over them", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 4 }), strengths, async (seed, classes, lambda) => {
        const data = classified(seed, 40, 3, classes);
        const { weights, intercepts } = await softmaxRegression(data, { lambda });
        const fit = { weights, intercepts, classes, value: 0, iterations: 0 };
        const p = classProbabilities(fit, data.X);
        for (let k = 0; k < classes; k++) {
          const r = data.y.map((y, i) => Number(y === k) - (p[i * classes + k] ?? 0));
          correlations(data, r).forEach((c, j) => {
            expect(Math.abs(c - 2 * lambda * (weights[j * classes + k] ?? 0))).toBeLessThan(
              1e-8 * norm(data.X),
            );
          });
          expect(Math.abs(r.reduce((a, b) => a + b, 0))).toBeLessThan(1e-8);
        }
        expect(Math.abs(intercepts.reduce((a, b) => a + b, 0))).toBeLessThan(1e-10);
      }),
      { numRuns: 10 },
    ));

  it("gives probabilities that sum to one, however large the outputs", () => {
    const fit = {
      weights: Float64Array.of(1000, -1000, 0),
      intercepts: Float64Array.of(0, 0, 0),
      classes: 3,
    };
    const p = classProbabilities({ ...fit, value: 0, iterations: 0 }, Float64Array.of(1, -1));
    expect([...p]).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it("refuses gaps between the classes and separable classes without a penalty", async () => {
    await expect(softmaxRegression(examples([[1], [2], [3]], [0, 2, 2]), { lambda: 1 })).rejects.toThrow(
      "class 1 has no example",
    );
    await expect(softmaxRegression(examples([[1], [2]], [0, 0]), { lambda: 1 })).rejects.toThrow(
      "only one class",
    );
    await expect(softmaxRegression(examples([[1], [2]], [0, 0.5]), { lambda: 1 })).rejects.toThrow("is 0.5");
    const separable = examples([[1, 0], [0, 1], [-1, -1], [2, 0]], [0, 1, 2, 0]); // biome-ignore format: a matrix
    await expect(softmaxRegression(separable, { lambda: 0 })).rejects.toThrow("separate the classes");
  });
});
