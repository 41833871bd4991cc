import { describe, expect, it } from "vitest";
import {
  batchNorm,
  blobs,
  buildModel,
  channelDropout,
  dataset,
  dropout,
  fit,
  type Layer,
  linear,
  relu,
  sequential,
  take,
} from "../../src/index.js";
import type { Network } from "../../src/nn/index.js";
import { compileLayer } from "../nn/train-once.js";
import { classesOf, rowsOf } from "../support/rows.js";

const data = take(blobs({ n: 128, seed: 1 }), 128);
const classes = classesOf(data);

const masksOf = ({ draws }: Network) => draws.flatMap((draw) => (draw.kind === "bernoulli" ? [draw] : []));

/** A Bernoulli mask by a generator of its own, so that the expectation is checked, not the kernel. */
const maskOf = (count: number, keep: number, scale: number, seed: number) => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 < keep ? scale : 0;
  });
};

describe.each(["train", "inference"] as const)("dropout scaled in %s", (scaling) => {
  it.each([0.3, 0.8])("has the same expectation in training as in use, keep %f", async (keep) => {
    const { model, train, use } = await compileLayer(dropout({ keep, scaling }), [4]);
    const mask = masksOf(model.training)[0];
    const input = [1, -2, 3, 0.5];
    const used = (await use({ input })).y ?? [];
    expect(used).toEqual(input.map((x) => Math.fround(scaling === "train" ? x : x * Math.fround(keep))));
    const rows = 20000;
    const many = Array.from({ length: rows }, () => input).flat();
    const drawn = maskOf(many.length, keep, mask?.scale ?? 0, 5);
    const { y = [] } = await train({ input: many, [mask?.name ?? ""]: drawn }, many.length);
    used.forEach((value, j) => {
      const mean = y.filter((_, i) => i % 4 === j).reduce((a, b) => a + b, 0) / rows;
      // Five standard errors of a mean of Bernoulli draws.
      const error = 5 * Math.abs(input[j] ?? 0) * (mask?.scale ?? 1) * Math.sqrt((keep * (1 - keep)) / rows);
      expect(Math.abs(mean - value)).toBeLessThan(error);
    });
  });
});

it("keep 1 is the identity and needs no mask; keep 0 is refused", () => {
  expect(buildModel(dropout({ keep: 1 }), [3]).training.draws).toHaveLength(0);
  for (const layer of [dropout, channelDropout]) {
    expect(() => layer({ keep: 0 })).toThrow("with 0 the layer has no output");
    expect(() => layer({ scaling: "test" as never })).toThrow(
      'scaling is "test"; expected "train" or "inference"',
    );
    expect(() => layer({ keep: 1.1 })).toThrow("must be in (0, 1], got 1.1");
  }
});

it("channelDropout keeps or drops whole channels", async () => {
  const { model, train } = await compileLayer(channelDropout({ keep: 0.5 }), [2, 1, 3]);
  const mask = masksOf(model.training)[0];
  expect(mask?.tensor.shape).toEqual(["batch", 2, 1, 1]);
  const { y } = await train({ input: [1, 2, 3, 4, 5, 6], [mask?.name ?? ""]: [0, 2] });
  expect(y).toEqual([0, 0, 0, 8, 10, 12]);
  expect(() => buildModel(channelDropout(), [])).toThrow("expected inputs of shape [batch, channels, …]");
});

describe("averaging thinned networks", () => {
  const train = (net: Layer) => fit(net, data, { epochs: 4, batchSize: 32, seed: 2, threads: 1 });
  const inputs = async (n: number) => rowsOf(data, [...Array(n).keys()]).inputs;

  it("has the mean and spread of a network whose answer is known: one dropped input", async () => {
    // y = w·m·x + b with m = 2 with probability 1/2, else 0: mean w·x + b, standard deviation |w·x|.
    const one = dataset({
      name: "line",
      size: 64,
      read: (index) => ({ input: index / 32 - 1, target: index / 32 - 1 }),
    });
    const run = await fit(sequential(dropout({ keep: 0.5 }), linear(1)), one, {
      epochs: 20,
      batchSize: 16,
      preprocess: "none",
      threads: 1,
    });
    const [w = 0] = (await run.weights()).get("linear1.weight") ?? [];
    const averaged = await run.predictAveraged([1, -0.5], { samples: 4000 });
    const [mean, spread] = [averaged.mean.data, averaged.spread.data];
    const exact = (await run.predict([1, -0.5])).data;
    expect(Math.abs(w)).toBeGreaterThan(0.05);
    [1, -0.5].forEach((x, i) => {
      expect(Math.abs((mean[i] ?? 0) - (exact[i] ?? 0))).toBeLessThan(
        (5 * Math.abs(w * x)) / Math.sqrt(4000),
      );
      expect(spread[i]).toBeCloseTo(Math.abs(w * x), 2);
    });
  });

  it("is reproducible, has rows that do not depend on each other's number, and differs from the plain answer", async () => {
    const run = await train(sequential(linear(32), batchNorm(), relu(), dropout(), linear(classes)));
    const some = await inputs(20);
    const first = await run.predictAveraged(some, { samples: 20 });
    expect(await run.predictAveraged(some, { samples: 20 })).toEqual(first);
    expect(first.mean.shape).toEqual([20, classes]);
    for (let row = 0; row < 20; row++) {
      const total = first.mean.row(row).reduce((a, b) => a + b);
      expect(total).toBeCloseTo(1, 5);
    }
    expect(Math.max(...first.spread.data)).toBeGreaterThan(1e-3);
    expect(first.mean).not.toEqual(await run.predict(some));
    // Running statistics are used: one example alone is answered like one of many, up to the draw.
    const alone = await run.predictAveraged(some.subarray(0, 2), { samples: 400 });
    const plain = (await run.predict(some.subarray(0, 2))).data;
    alone.mean.data.forEach((value, c) => {
      expect(Math.abs(value - (plain[c] ?? 0))).toBeLessThan(0.15);
    });
  });

  it("reads more rows than fit at once, and answers each in its place", async () => {
    const run = await train(sequential(linear(8), relu(), dropout({ keep: 0.9 }), linear(classes)));
    const many = new Float32Array(2 * 700).map((_, i) => Math.sin(i));
    const averaged = await run.predictAveraged(many, { samples: 30 });
    const [mean, spread] = [averaged.mean.data, averaged.spread.data];
    const plain = (await run.predict(many)).data;
    const distance = (shift: number) =>
      plain.reduce((sum, p, i) => sum + Math.abs(p - (mean[(i + shift) % mean.length] ?? 0)), 0);
    expect([mean.length, spread.length]).toEqual([700 * classes, 700 * classes]);
    expect(distance(0)).toBeLessThan(0.2 * distance(512 * classes));
  });

  it("refuses networks without dropout, single samples and broken inputs", async () => {
    const plain = await train(sequential(linear(4), linear(classes)));
    await expect(plain.predictAveraged([1, 2])).rejects.toThrow("the network drops no units");
    const run = await train(sequential(linear(4), dropout(), linear(classes)));
    await expect(run.predictAveraged([1, 2], { samples: 1 })).rejects.toThrow("at least 2, got 1");
    await expect(run.predictAveraged([1, 2, 3])).rejects.toThrow(
      "predictAveraged: input has 3 numbers, which are not a whole number",
    );
  });
});
