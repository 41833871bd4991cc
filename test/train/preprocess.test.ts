import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import {
  buildModel,
  centreAndScale,
  conv2d,
  type Dataset,
  dataset,
  fit,
  globalAveragePool,
  gradientDescent,
  linear,
  outputOf,
  pca,
  principalAxes,
  sequential,
  whiten,
} from "../../src/index.js";
import { random } from "../../src/random/random.js";
import { fitPreprocessing, type Preprocess } from "../../src/train/preprocess.js";
import { compileLayer } from "../nn/train-once.js";

const n = 400;
/** Four features: two strongly correlated, one small and far from 0, one that never changes; rank 3. */
const inputs = (() => {
  const stream = random(5, "correlated");
  return Float32Array.from(
    Array.from({ length: n }, () => {
      const [a, b, c] = [stream.normal(), stream.normal(), stream.normal()];
      return [3 * a + 10, 2 * a + 0.5 * b, 0.01 * c - 100, 7];
    }).flat(),
  );
})();
const data: Dataset = dataset({
  name: "correlated",
  inputs,
  targets: Uint8Array.from({ length: n }, (_, i) => i % 2),
  inputShape: [4],
  classes: 2,
});

const transformed = async (kind: Preprocess, on = data) => {
  const layer = await fitPreprocessing(kind, on);
  if (!layer) throw new Error("no layer");
  const { use, model } = await compileLayer(layer, on.inputs.input?.shape ?? []);
  const { y = [] } = await use({ input: [...inputs] });
  const width = y.length / n;
  const column = (j: number) => y.filter((_, i) => i % width === j);
  const mean = Array.from({ length: width }, (_, j) => column(j).reduce((a, b) => a + b / n, 0));
  const covariance = mean.map((_, j) =>
    mean.map((_, k) =>
      column(j).reduce(
        (s, v, i) => s + ((v - (mean[j] ?? 0)) * ((column(k)[i] ?? 0) - (mean[k] ?? 0))) / n,
        0,
      ),
    ),
  );
  return { y, width, mean, covariance, shape: outputOf(model.inference).shape };
};

it("principal axes are orthonormal eigenvectors of the covariance, largest variance first", async () => {
  const { axes, variances } = await principalAxes(data);
  const centred = await transformed("centre");
  axes.forEach((axis, j) => {
    axis.forEach((_, r) => {
      const product = axis.reduce((s, v, c) => s + (centred.covariance[r]?.[c] ?? 0) * v, 0);
      expect(Math.abs(product - (variances[j] ?? 0) * (axis[r] ?? 0))).toBeLessThan(1e-4);
    });
    axes.forEach((other, k) => {
      const dot = axis.reduce((s, v, i) => s + v * (other[i] ?? 0), 0);
      expect(dot).toBeCloseTo(j === k ? 1 : 0, 10);
    });
  });
  expect([...variances]).toEqual([...variances].sort((a, b) => b - a));
});

it("centre takes the mean of every feature away and keeps its scale", async () => {
  const { mean, covariance } = await transformed("centre");
  for (const m of mean) expect(Math.abs(m)).toBeLessThan(1e-4);
  expect(covariance[0]?.[0]).toBeGreaterThan(7);
  expect(covariance[2]?.[2]).toBeLessThan(2e-4);
});

it("centreAndScale refuses scales of 0, and numbers that do not fit", () => {
  const built = (mean: number[], scale: number[]) => () =>
    buildModel(centreAndScale({ mean: Float32Array.from(mean), scale: Float32Array.from(scale) }), [3]);
  expect(built([0], [2])).not.toThrow();
  expect(built([0, 0, 0], [1, 0, 1])).toThrow("centreAndScale: scale 1 is 0; give 1 for a feature");
  expect(built([0, 0, 0], [1])).toThrow("centreAndScale: 3 means and 1 scales");
  expect(built([0, 0], [1, 1])).toThrow("centreAndScale: 2 means do not fit inputs of shape");
});

describe("principal components", () => {
  it("are uncorrelated, with variances in falling order; constant directions are left out", async () => {
    const { width, covariance } = await transformed(pca());
    expect(width).toBe(3);
    const variances = (await principalAxes(data)).variances.subarray(0, 3);
    const scale = variances.reduce((a, b) => a + b, 0) / 3;
    covariance.forEach((row, j) => {
      row.forEach((value, k) => {
        expect(Math.abs(value - (j === k ? (variances[j] ?? 0) / scale : 0))).toBeLessThan(1e-4);
      });
    });
  });

  it("are as many as asked for, or as hold a share of the variance", async () => {
    expect((await transformed(pca({ components: 2 }))).width).toBe(2);
    expect((await transformed(pca({ components: 0.9 }))).width).toBe(1);
    expect((await transformed(pca({ components: 0.9999 }))).width).toBe(2);
    expect((await transformed(pca({ epsilon: 1e-3 }))).width).toBe(2);
  });

  it("refuse what cannot be", async () => {
    expect(() => pca({ components: 1.5 })).toThrow("pca: components must be a whole number, or a share");
    expect(() => whiten({ method: "svd" as never })).toThrow('whiten: method is "svd"; expected "pca" or');
    expect(() => whiten({ epsilon: -1 })).toThrow("whiten: epsilon is -1");
    await expect(pca({ components: 4 })(data)).rejects.toThrow("the inputs vary in 3 directions only");
    const still = dataset({
      name: "still",
      inputs: new Float32Array(8),
      targets: [0, 1, 0, 1],
      inputShape: [2],
      classes: 2,
    });
    await expect(whiten()(still)).rejects.toThrow("whiten: the inputs do not vary at all");
  });
});

describe("whitening", () => {
  it("makes the covariance the identity (pca)", async () => {
    const { width, covariance, mean } = await transformed(whiten());
    expect(width).toBe(3);
    for (const m of mean) expect(Math.abs(m)).toBeLessThan(1e-2);
    covariance.forEach((row, j) => {
      row.forEach((value, k) => {
        expect(Math.abs(value - (j === k ? 1 : 0))).toBeLessThan(2e-3);
      });
    });
  });

  it("keeps the shape, and leaves out what does not vary (zca)", async () => {
    const { covariance, shape, y } = await transformed(whiten({ method: "zca" }));
    expect(shape).toEqual(["batch", 4]);
    covariance.forEach((row, j) => {
      row.forEach((value, k) => {
        expect(Math.abs(value - (j === k && j < 3 ? 1 : 0))).toBeLessThan(2e-3);
      });
    });
    expect(y.filter((_, i) => i % 4 === 3).every((v) => Math.abs(v) < 1e-3)).toBe(true);
  });
});

it("refuses a name that does not exist", async () => {
  const preprocess = "standard" as "all";
  await expect(fit(linear(2), data, { preprocess })).rejects.toThrow(
    'fit: preprocess must be "all", "channel", "feature", "centre", "none", or a function such as pca(), got "standard"',
  );
});

it("is part of the exported model, which takes raw inputs", async () => {
  for (const preprocess of ["centre", pca({ components: 2 }), whiten({ method: "zca" })] as const) {
    const run = await fit(sequential(linear(2)), data, { preprocess, epochs: 2, threads: 1 });
    const session = await nodeEngine.load(await run.model(), { threads: 1 });
    const raw = inputs.slice(0, 40);
    const { probabilities } = await session.run({ input: { dtype: "float32", data: raw, shape: [10, 4] } });
    expect(probabilities?.data).toEqual((await run.predict(raw)).data);
    await session.release();
  }
});

describe("inputs far from 0, a step of float32 apart", () => {
  // 16777000.5 = 2²⁴ - 215.5 is the mean, which float32 cannot hold: there its numbers are whole.
  const far = Array.from({ length: 64 }, (_, i) => 16776969 + i);
  const centre = 16777000.5;
  const deviation = Math.sqrt((64 ** 2 - 1) / 12);
  const line = dataset({
    name: "far",
    inputs: Float32Array.from(far),
    targets: far.map((x) => (x - centre) / deviation),
    inputShape: [1],
  });

  it.each([undefined, pca(), whiten(), whiten({ method: "zca" })])(
    "stay apart, in training and in the exported model (%#)",
    async (preprocess) => {
      const run = await fit(linear(1), line, {
        optimizer: gradientDescent({ learningRate: 0.4 }),
        epochs: 60,
        batchSize: 64,
        ...(preprocess ? { preprocess } : {}),
      });
      expect(run.epochs.at(-1)?.train.loss).toBeLessThan(1e-14);
      // The means are taken away in full: nothing is left for the bias to make up for.
      expect((await run.weights()).get("bias")?.[0]).toBeCloseTo(0, 6);
      const session = await InferenceSession.create(await run.model());
      const { output } = await session.run({ input: new Tensor("float32", Float32Array.from(far), [64, 1]) });
      far.forEach((x, i) => {
        expect(Number(output?.data[i])).toBeCloseTo((x - centre) / deviation, 6);
      });
    },
  );
});

it("each channel of pictures gets one mean and scale, and the exported model takes raw ones", async () => {
  const pixels = Float32Array.from({ length: 24 * 3 * 4 }, (_, i) => {
    const channel = Math.floor(i / 4) % 3;
    return 60 * channel + 20 * (channel + 1) * (1 + Math.sin(7 * i));
  });
  const pictures = dataset({
    name: "pictures",
    inputs: pixels,
    targets: Uint8Array.from({ length: 24 }, (_, i) => i % 2),
    inputShape: [3, 2, 2],
    classes: 2,
  });
  const net = sequential(conv2d(4, { kernel: 2 }), globalAveragePool(), linear(2));
  const run = await fit(net, pictures, { epochs: 1, preprocess: "channel", threads: 1 });
  expect(run.preprocessing).toMatchObject({ kind: "channel", asked: true });
  expect(run.preprocessing.text).toContain("each channel less its mean");
  const layer = await fitPreprocessing("channel", pictures);
  if (!layer) throw new Error("no layer");
  const { y = [] } = await (await compileLayer(layer, [3, 2, 2])).use({ input: [...pixels] });
  for (const channel of [0, 1, 2]) {
    const own = y.filter((_, i) => Math.floor(i / 4) % 3 === channel);
    expect(own.reduce((a, b) => a + b) / own.length).toBeCloseTo(0, 5);
    expect(own.reduce((a, b) => a + b * b, 0) / own.length).toBeCloseTo(1, 4);
  }
  const session = await InferenceSession.create(await run.model());
  const { probabilities } = await session.run({ input: new Tensor("float32", pixels, [24, 3, 2, 2]) });
  const expected = (await run.predict(pixels)).data;
  const given = probabilities?.data as Float32Array;
  expected.forEach((value, i) => void expect(given[i]).toBeCloseTo(value, 5));
});
