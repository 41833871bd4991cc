import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  dataset,
  dropout,
  fit,
  gradientDescent,
  linear,
  meanSquaredError,
  moons,
  relu,
  sequential,
  tanh,
} from "../../src/index.js";
import { random } from "../../src/random/random.js";
import { largestEigenvalue } from "../../src/train/sharpness.js";
import { rowsOf } from "../support/rows.js";

/** 40 examples of 5 features of unequal scale and 2 values to predict. */
const regression = () => {
  const draws = random(3, "sharpness test");
  const inputs = Float32Array.from({ length: 200 }, (_, i) => draws.normal() * (1 + (i % 5)));
  const targets = Float32Array.from({ length: 80 }, () => draws.normal());
  return dataset({ name: "regression", inputs, targets, inputShape: [5] });
};

describe("largestEigenvalue", () => {
  it("finds the largest eigenvalue of random symmetric matrices, also where the smallest is larger in size", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const draws = random(seed, "largest eigenvalue");
      const size = 2 + (seed % 7) * 5;
      const half = new Matrix(
        Array.from({ length: size }, () => Array.from({ length: size }, () => draws.normal())),
      );
      const symmetric = half.clone().add(half.transpose());
      const start = new Float64Array(size);
      draws.fillNormal(start);
      const found = await largestEigenvalue(
        async (v) => Float64Array.from(symmetric.mmul(Matrix.columnVector(Array.from(v))).to1DArray()),
        start,
      );
      const expected = Math.max(...new EigenvalueDecomposition(symmetric).realEigenvalues);
      expect(Math.abs((found ?? Number.NaN) / expected - 1)).toBeLessThan(5e-3);
    }
  });

  it("gives nothing where products are not finite", async () => {
    expect(
      await largestEigenvalue(async (v) => v.map(() => Number.NaN), Float64Array.of(1, 2)),
    ).toBeUndefined();
  });
});

describe("fit with sharpness", () => {
  it("measures the Hessian of a linear model, 2/(n·k)·XᵀX with a column of ones for the bias", async () => {
    const data = regression();
    const { inputs } = rowsOf(data);
    const X = new Matrix(Array.from({ length: 40 }, (_, i) => [...inputs.subarray(5 * i, 5 * i + 5), 1]));
    const gram = X.transpose()
      .mmul(X)
      .mul(2 / (40 * 2));
    const expected = Math.max(...new EigenvalueDecomposition(gram).realEigenvalues);
    const run = await fit(linear(2), data, {
      loss: meanSquaredError(),
      optimizer: gradientDescent({ learningRate: 1e-3 }),
      preprocess: "none",
      epochs: 4,
      sharpness: { every: 2 },
    });
    await run.release();
    expect(run.epochs.map(({ sharpness }) => sharpness === undefined)).toEqual([true, false, true, false]);
    // The tolerance of the Ritz value in float32; the Hessian of a linear model does not change.
    for (const epoch of [1, 3]) expect((run.epochs[epoch]?.sharpness ?? 0) / expected).toBeCloseTo(1, 3);
  });

  it("differentiates networks twice, without dropout, and leaves training as it was", async () => {
    const net = sequential(linear(8), tanh(), linear(8), relu(), dropout({ keep: 0.5 }), linear(2));
    const options = { epochs: 2, batchSize: 50, seed: 5 };
    const plain = await fit(net, moons({ n: 200 }), options);
    const watched = await fit(net, moons({ n: 200 }), { ...options, sharpness: { examples: 64 } });
    expect(watched.epochs.every(({ sharpness = 0 }) => sharpness > 0)).toBe(true);
    expect([...(await watched.weights()).values()]).toEqual([...(await plain.weights()).values()]);
    await plain.release();
    await watched.release();
  });

  it("says which option is wrong", async () => {
    await expect(fit(linear(2), moons({ n: 20 }), { sharpness: { every: 0 } })).rejects.toThrow(
      "sharpness.every must be a whole number of at least 1, got 0",
    );
  });
});
