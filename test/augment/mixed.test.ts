import { describe, expect, it } from "vitest";
import { Draws } from "../../src/augment/draws.js";
import { batches } from "../../src/data/batches.js";
import { readRows, soleColumn, soleFloats } from "../../src/data/rows.js";
import {
  adam,
  augment,
  createTrainer,
  crossEntropy,
  type Dataset,
  dataset,
  digits,
  type FitOptions,
  fit,
  linear,
  multiclassHinge,
} from "../../src/index.js";
import { missing } from "../../src/missing.js";
import { temporaryFolder } from "../support/cli.js";

const { cutmix, mixed, mixup } = augment;

/** Pictures all of whose pixels are the number of their example, which is their class too: shares tell who was mixed. */
const size = 40;
const [width, height, channels] = [9, 7, 2];
const pixels = width * height * channels;
const pictures: Dataset = {
  ...dataset({
    name: "pictures",
    inputs: Float32Array.from({ length: size * pixels }, (_, i) => Math.floor(i / pixels)),
    targets: Uint8Array.from({ length: size }, (_, i) => i),
    inputShape: [channels, height, width],
    classes: size,
  }),
  inputs: { input: { kind: "float", shape: [channels, height, width], image: { width, height, channels } } },
};

interface Seen {
  readonly picture: Float32Array;
  readonly shares: readonly number[];
}

/** Every example of an epoch by its number, whatever the order and the batches. */
const epochOf = async (data: Dataset, epoch: number, batchSize = 16): Promise<Seen[]> => {
  const found: Seen[] = [];
  for await (const { inputs, targets, indices } of batches(data, { batchSize, seed: 7, epoch })) {
    for (const [row, index] of indices.entries()) {
      found[index] = {
        picture: soleFloats(inputs).slice(row * pixels, (row + 1) * pixels),
        shares: Array.from(soleColumn(targets).slice(row * size, (row + 1) * size)),
      };
    }
  }
  return found;
};

/** The share of an example itself, and its partner. */
const pairOf = ({ shares }: Seen, index: number) => {
  const others = shares.flatMap((share, c) => (share > 0 && c !== index ? [c] : []));
  expect(others.length).toBeLessThan(2);
  return { share: shares[index] ?? missing(), partner: others[0] };
};

describe("mixup", () => {
  it("is the mean of an example and a partner, each pair with shares of its own, which are those of the classes", async () => {
    const seen = await epochOf(mixed(pictures, mixup({ alpha: 1 }), { seed: 3 }), 0);
    const pairs = seen.map(pairOf);
    for (const [i, { share, partner = missing() }] of pairs.entries()) {
      const expected = share * i + (1 - share) * partner;
      for (const pixel of seen[i]?.picture ?? []) expect(Math.abs(pixel - expected)).toBeLessThan(1e-4);
      expect(seen[i]?.shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    expect(new Set(pairs.map(({ share }) => share)).size).toBe(size);
    expect(new Set(pairs.map(({ partner }) => partner)).size).toBeGreaterThan(size / 2);
  });

  it("draws shares from Beta(α, α), for the smallest α too", () => {
    for (const alpha of [0.2, 1, 4]) {
      const shares = Array.from({ length: 4000 }, (_, index) =>
        new Draws({ seed: 5, epoch: 0, index }, "mixing").beta(alpha),
      );
      const mean = shares.reduce((a, b) => a + b) / shares.length;
      const variance = shares.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / shares.length;
      const expected = 1 / (4 * (2 * alpha + 1));
      // Four standard deviations of both estimates; (x - 1/2)² is below 1/4.
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / shares.length));
      expect(Math.abs(variance - expected)).toBeLessThan(4 * Math.sqrt(expected / 4 / shares.length));
    }
    const tiny = Array.from({ length: 50 }, (_, index) => new Draws({ seed: 5, epoch: 0, index }).beta(1e-9));
    expect(tiny.every((share) => share === 0 || share === 1)).toBe(true);
    expect(new Set(tiny).size).toBe(2);
  });
});

describe("cutmix", () => {
  it("puts one rectangle of the partner's picture into all channels; its share of the pixels is the partner's of the classes", async () => {
    const seen = await epochOf(mixed(pictures, cutmix(), { seed: 3 }), 0);
    let cut = 0;
    for (const [i, example] of seen.entries()) {
      const { share, partner } = pairOf(example, i);
      const at = [...example.picture.keys()].filter((k) => example.picture[k] !== i);
      expect(1 - at.length / pixels).toBeCloseTo(share, 6);
      if (partner === undefined) continue;
      cut++;
      expect(at.every((k) => example.picture[k] === partner)).toBe(true);
      const [xs, ys] = [at.map((k) => k % width), at.map((k) => Math.floor(k / width) % height)];
      const extent = (of: number[]) => Math.max(...of) - Math.min(...of) + 1;
      expect(extent(xs) * extent(ys) * channels).toBe(at.length);
    }
    expect(cut).toBeGreaterThan(size / 2);
  });

  it("cuts parts whose sides are the square root of their share", () => {
    const image = { width: 100, height: 100, channels: 1 };
    const whole = Array.from({ length: 300 }, (_, index) => {
      const example = { seed: 1, epoch: 0, index };
      const draws = new Draws(example);
      draws.happens(1);
      const side = Math.floor(100 * Math.sqrt(1 - draws.beta(1)));
      const { part = missing() } = cutmix().draw(new Draws(example), image) ?? missing();
      expect(part.width).toBeLessThanOrEqual(side);
      expect(part.height).toBeLessThanOrEqual(side);
      return part.width === side && part.height === side;
    });
    expect(whole.filter(Boolean).length).toBeGreaterThan(30);
  });
});

describe("mixed", () => {
  it("mixes alike whatever the batches, and differently in another epoch and by another seed", async () => {
    const make = (seed: number) => mixed(pictures, [mixup({ alpha: 1 }), cutmix()], { seed });
    const first = await epochOf(make(3), 2);
    const same = await epochOf(make(3), 2, 7);
    expect(first.map(({ shares }) => shares)).toEqual(same.map(({ shares }) => shares));
    expect(first.map(({ picture }) => picture.join())).toEqual(same.map(({ picture }) => picture.join()));
    for (const other of [await epochOf(make(3), 3), await epochOf(make(4), 2)]) {
      expect(first.map(pairOf)).not.toEqual(other.map(pairOf));
    }
    const constant = first.map(({ picture }) => new Set(picture).size === 1);
    expect(new Set(constant).size).toBe(2);
  });

  it("leaves some examples alone where a probability says so", async () => {
    const none = await epochOf(mixed(pictures, mixup({ probability: 0 }), { seed: 3 }), 0);
    expect(none.every(({ shares, picture }, i) => shares[i] === 1 && picture[0] === i)).toBe(true);
    const half = await epochOf(mixed(pictures, mixup({ probability: 0.5, alpha: 1 }), { seed: 3 }), 0);
    const left = half.filter(({ shares }, i) => shares[i] === 1).length;
    expect(left).toBeGreaterThan(size / 4);
    expect(left).toBeLessThan((3 * size) / 4);
  });

  it("mixes augmented pictures with augmented ones", async () => {
    const changed = augment.augmented(pictures, [augment.invert({ probability: 1 })], {
      seed: 1,
      workers: 0,
    });
    const seen = await epochOf(mixed(changed, mixup({ alpha: 1 }), { seed: 3 }), 0);
    for (const [i, example] of seen.entries()) {
      const { share, partner = missing() } = pairOf(example, i);
      const expected = share * (255 - i) + (1 - share) * (255 - partner);
      expect(example.picture[0]).toBeCloseTo(expected, 2);
    }
  });

  it("says in one line what cannot be mixed", () => {
    const plain = dataset({ name: "points", inputs: [[1], [2]], targets: [0, 1], classes: 2 });
    const seeded = { seed: 1 };
    expect(() => mixed(plain, cutmix(), seeded)).toThrow(/cutmix is for pictures.*take mixup\(\)/);
    const numbers = dataset({ name: "numbers", inputs: [[1], [2]], targets: [0.5, 1] });
    expect(() => mixed(numbers, mixup(), seeded)).toThrow(/target of "numbers" is not one known class/);
    const one = dataset({ name: "one", inputs: [[1]], targets: [0], classes: 2 });
    expect(() => mixed(one, mixup(), seeded)).toThrow(/has 1 example/);
    expect(() => mixed(plain, [], seeded)).toThrow(/the mixing is an empty list; give mixup/);
    expect(() => mixed(plain, Object.assign(mixup), seeded)).toThrow(
      /the function mixup, which has to be called/,
    );
    expect(() => mixup({ alpha: 0 })).toThrow(/mixup: alpha is 0/);
    expect(() => cutmix({ probability: 2 })).toThrow(/cutmix: probability is 2/);
  });
});

const { train, test } = digits({ train: 120, test: 40, seed: 1 });
const options = (): FitOptions => ({
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 2,
  batchSize: 25,
  seed: 3,
  threads: 1,
  preprocess: "none",
});

describe("fit with mix", () => {
  it("trains on the examples that `mixed` makes, and watches those given, by their classes", async () => {
    const net = () => linear(10);
    const run = await fit(net(), { train, test }, { ...options(), validation: 30, mix: cutmix() });
    const plain = await fit(net(), { train, test }, { ...options(), validation: 30 });
    const { train: rest, validation = missing() } = run.splits;
    const wrapped = await fit(
      net(),
      { train: mixed(rest, cutmix(), { seed: 3 }), validation, test },
      { ...options(), sharpness: { examples: 20 } },
    );
    expect(await run.weights()).toEqual(await wrapped.weights());
    expect(await run.weights()).not.toEqual(await plain.weights());
    expect(wrapped.epochs.map(({ validation: score }) => score)).toEqual(
      run.epochs.map(({ validation: score }) => score),
    );
    expect(run.epochs[0]?.train.error).toBeGreaterThan(0);
    expect(run.test?.error).toBe((await run.evaluate(test)).error);
    expect(wrapped.target).toEqual(run.target);
    const batch = await readRows(test);
    expect((await wrapped.trainer.evaluate(batch)).loss).toBeCloseTo(run.test?.loss ?? missing(), 5);
    await expect(run.evaluate(mixed(test, cutmix(), { seed: 1 }))).rejects.toThrow(
      /has mixtures of classes, which are for training only/,
    );
  });

  it("steps of one's own train on mixtures too", async () => {
    const data = mixed(train, mixup({ alpha: 1 }), { seed: 1 });
    const trainer = await createTrainer(linear(10), { data, batchSize: 120, threads: 1 });
    const before = await trainer.evaluate(train);
    for (let epoch = 0; epoch < 30; epoch++) {
      for await (const batch of batches(data, { batchSize: 120, seed: 1, epoch })) await trainer.step(batch);
    }
    expect((await trainer.evaluate(train)).error).toBeLessThan((before.error ?? missing()) / 2);
    await trainer.release();
  });

  it("goes on from a checkpoint, and not with other mixing", async () => {
    const folder = temporaryFolder();
    const kept = { ...options(), checkpoint: { folder }, validation: 0 };
    const whole = await fit(linear(10), train, { ...kept, mix: mixup() });
    const again = await fit(linear(10), train, { ...kept, mix: mixup(), resume: true });
    expect(await again.weights()).toEqual(await whole.weights());
    await expect(fit(linear(10), train, { ...kept, mix: mixup({ alpha: 1 }), resume: true })).rejects.toThrow(
      /mixing/,
    );
  });

  it("refuses what mixtures do not go with", async () => {
    const data = mixed(train, mixup(), { seed: 1 });
    const refused = async (given: Dataset, more: FitOptions, problem: RegExp) =>
      expect(fit(linear(10), given, { ...options(), ...more })).rejects.toThrow(problem);
    await refused(data, { validation: 0.1 }, /none of it can be held out for validation/);
    await refused(train, { mix: mixup(), loss: multiclassHinge() }, /multiclassHinge takes class numbers/);
    const balanced = crossEntropy({ classWeights: "balanced" });
    await refused(train, { mix: mixup(), loss: balanced }, /classWeights: the targets are no classes/);
    await refused(train, { mix: [] }, /fit: the mixing is an empty list/);
    await expect(fit(linear(10), { train, validation: data }, options())).rejects.toThrow(
      /the validation part.*for training only/,
    );
  });
});
