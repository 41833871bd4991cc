import fc from "fast-check";
import { Matrix as Dense, EigenvalueDecomposition, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { adam, momentum } from "../../src/optim/index.js";
import { powerLaw } from "../../src/studies/power-law.js";
import { rareFeatures } from "../../src/studies/rare-features.js";
import { logSpaced } from "../../src/studies/shared/statistics.js";
import { matrixWithSingularValues, symmetricWithEigenvalues } from "../../src/studies/spectrum.js";
import { type Matrix, quadraticObjective, walk } from "../../src/theory/index.js";
import { rowsOf } from "../support/rows.js";

const dense = ({ rows, columns, values }: Matrix) => Dense.from1DArray(rows, columns, Array.from(values));

describe("powerLaw", () => {
  it("recovers exponent and factor", () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(-3, 3), number(0.01, 100), (exponent, factor) => {
        const law = powerLaw([1, 2, 5, 30].map((x) => [x, factor * x ** exponent] as const));
        expect(law.exponent).toBeCloseTo(exponent, 9);
        expect(law.factor / factor).toBeCloseTo(1, 9);
      }),
    );
    expect(() =>
      powerLaw([
        [1, 0],
        [2, 1],
      ]),
    ).toThrow("all positive");
  });
});

describe("matrices with a given spectrum", () => {
  it("have it", () => {
    const wanted = logSpaced(10, 0.1, 4);
    expect(wanted[0]).toBe(10);
    expect(wanted[3]).toBeCloseTo(0.1, 12);
    const { matrix, right } = matrixWithSingularValues(9, 6, wanted, 5);
    const values = new SingularValueDecomposition(dense(matrix)).diagonal.sort((a, b) => b - a);
    for (const [i, value] of [...wanted, 0, 0].entries()) expect(values[i]).toBeCloseTo(value, 10);
    const image = dense(matrix).mmul(Dense.columnVector(Array.from(right[1] ?? [])));
    expect(image.norm()).toBeCloseTo(wanted[1] ?? 0, 10);

    const { matrix: symmetric, vectors } = symmetricWithEigenvalues([5, 2, -1], 3);
    const eigenvalues = new EigenvalueDecomposition(dense(symmetric)).realEigenvalues.sort((a, b) => b - a);
    for (const [i, value] of [5, 2, -1].entries()) expect(eigenvalues[i]).toBeCloseTo(value, 10);
    const product = dense(symmetric).mmul(Dense.columnVector(Array.from(vectors[1] ?? [])));
    product.to1DArray().forEach((value, i) => void expect(value).toBeCloseTo(2 * (vectors[1]?.[i] ?? 0), 10));
  });
});

describe("walk", () => {
  const bowl = quadraticObjective(
    { rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 10) },
    new Float64Array(2),
  );
  const start = Float64Array.of(1, -1);

  it("follows momentum with a schedule in float64, as the formula by hand does", async () => {
    const rate = ({ step }: { step: number }) => 0.1 / (1 + step);
    const { points, values, diverged } = await walk(bowl, momentum({ learningRate: rate, beta: 0.8 }), {
      start,
      steps: 30,
    });
    let [w, m] = [
      [1, -1],
      [0, 0],
    ];
    for (let t = 0; t <= 30; t++) {
      const [x = 0, y = 0] = w;
      expect(points[t]?.[0]).toBeCloseTo(x, 14);
      expect(points[t]?.[1]).toBeCloseTo(y, 14);
      expect(values[t]).toBeCloseTo(0.5 * (x * x + 10 * y * y), 13);
      m = [0.8 * (m[0] ?? 0) + x, 0.8 * (m[1] ?? 0) + 10 * y];
      w = [x - rate({ step: t }) * (m[0] ?? 0), y - rate({ step: t }) * (m[1] ?? 0)];
    }
    expect(diverged).toBe(false);
  });

  it("starts every run from the rule's own initial states", async () => {
    const rule = adam({ learningRate: 0.1 });
    const [first, second] = [
      await walk(bowl, rule, { start, steps: 5 }),
      await walk(bowl, rule, { start, steps: 5 }),
    ];
    expect(second.points).toEqual(first.points);
    // Bias-corrected Adam moves every coordinate by the learning rate at first.
    expect((first.points[1]?.[0] ?? 0) - 1).toBeCloseTo(-0.1, 7);
    expect((first.points[1]?.[1] ?? 0) + 1).toBeCloseTo(0.1, 7);
  });

  it("ends where it is when it is told to, though the signal comes from outside", async () => {
    const end = new AbortController();
    setTimeout(() => end.abort(), 20);
    await expect(walk(bowl, momentum(), { start, steps: 1_000_000, signal: end.signal })).rejects.toThrow(
      "aborted",
    );
  });

  it("says that it diverged, and refuses a start of another size", async () => {
    const wild = await walk(bowl, momentum({ learningRate: 1e3 }), { start, steps: 500 });
    expect(wild.diverged).toBe(true);
    expect(wild.values.every(Number.isFinite)).toBe(true);
    await expect(walk(bowl, momentum(), { start: new Float64Array(3), steps: 1 })).rejects.toThrow(
      "has 3 numbers",
    );
  });
});

describe("rareFeatures", () => {
  it("has features as frequent as it says", () => {
    const { train, frequencies, weights } = rareFeatures({ features: 40, examples: 4000, seed: 1 });
    const { inputs } = rowsOf(train);
    for (const j of [0, 10, 39]) {
      let count = 0;
      for (let i = 0; i < 4000; i++) count += inputs[i * 40 + j] ?? 0;
      const p = frequencies[j] ?? 0;
      expect(Math.abs(count / 4000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 4000));
    }
    expect(new Set(weights.map(Math.abs))).toEqual(new Set([2]));
  });
});
