import { afterAll, describe, expect, it } from "vitest";
import { augmented } from "../../src/augment/augmented.js";
import * as augment from "../../src/augment/index.js";
import { batches } from "../../src/data/batches.js";
import type { Dataset } from "../../src/data/dataset.js";
import { dataset } from "../../src/data/memory.js";
import { readRows, soleFloats } from "../../src/data/rows.js";
import { subset } from "../../src/data/subset.js";

const size = 23;
const [width, height, channels] = [12, 10, 3];
const inputs = Float32Array.from(
  { length: size * channels * height * width },
  (_, i) => 128 + 90 * Math.sin(i * 1.7),
);
const pictures: Dataset = {
  ...dataset({
    name: "pictures",
    inputs,
    targets: Uint8Array.from({ length: size }, (_, i) => i % 4),
    inputShape: [channels, height, width],
    classes: 4,
  }),
  inputs: { input: { kind: "float", shape: [channels, height, width], image: { width, height, channels } } },
};

const steps = () => [
  augment.alternatingFlip(),
  augment.randomResizedCrop({ size: 8 }),
  augment.rotate(),
  augment.elastic(),
  augment.colourJitter({ hue: 0.1 }),
  augment.noise(),
];

/** The pictures of all examples in an epoch, by their number. */
const epochOf = async (data: Dataset, epoch: number, batchSize: number): Promise<number[][]> => {
  const found: number[][] = [];
  for await (const batch of batches(data, { batchSize, seed: 7, epoch })) {
    const floats = soleFloats(batch.inputs);
    const length = floats.length / batch.size;
    batch.indices.forEach((index, row) => {
      found[index] = [...floats.subarray(row * length, (row + 1) * length)];
    });
  }
  return found;
};

const made: { close: () => Promise<void> }[] = [];
const kept = <T extends { close: () => Promise<void> }>(data: T): T => {
  made.push(data);
  return data;
};
afterAll(async () => {
  await Promise.all(made.map((data) => data.close()));
});

describe("augmented", () => {
  it("gives the same pixels whatever the threads and the batches, and others in another epoch", async () => {
    const inline = kept(augmented(pictures, steps(), { seed: 3, workers: 0 }));
    const threads = kept(augmented(pictures, steps(), { seed: 3, workers: 2 }));
    const first = await epochOf(inline, 0, 5);
    expect(first).toHaveLength(size);
    expect(await epochOf(threads, 0, 23)).toEqual(first);
    expect(await epochOf(threads, 0, 4)).toEqual(first);
    const second = await epochOf(threads, 1, 4);
    expect(second).toEqual(await epochOf(inline, 1, 23));
    expect(second.filter((picture, i) => picture.join() === first[i]?.join())).toEqual([]);
  });

  it("is of the examples of a part as they are of the whole", async () => {
    const whole = kept(augmented(pictures, steps(), { seed: 3, workers: 0 }));
    const part = subset(whole, [20, 4]);
    const all = await epochOf(whole, 2, 8);
    const both = await epochOf(part, 2, 2);
    expect(both).toEqual([all[20], all[4]]);
  });

  it("has the size of what comes out, and leaves all else", async () => {
    const small = kept(augmented(pictures, steps(), { seed: 3, workers: 0 }));
    expect(small.inputs.input).toEqual({
      kind: "float",
      shape: [3, 8, 8],
      image: { width: 8, height: 8, channels: 3 },
    });
    const { targets } = await readRows(small);
    expect(targets).toEqual((await readRows(pictures)).targets);
  });

  it("runs functions on the thread that trains", async () => {
    const ones = augment.transformation({
      name: "ones",
      draw: () => ({}),
      operations: () => [{ kind: "change", change: ({ pixels }) => pixels.fill(1) }],
    });
    const data = kept(augmented(pictures, [ones], { seed: 1, workers: 1 }));
    expect(new Set(soleFloats((await readRows(data)).inputs))).toEqual(new Set([1]));
    expect(soleFloats((await readRows(pictures)).inputs)).toEqual(inputs);
  });

  it("says what cannot be", async () => {
    const plain = dataset({ name: "plain", inputs: [[1], [2]], targets: [0, 1], classes: 2 });
    expect(() => augmented(plain, steps(), { seed: 1 })).toThrow("no input of pictures");
    expect(() => augmented(pictures, steps(), { seed: 1, input: "photo" })).toThrow('"photo"');
    expect(() => augmented(pictures, steps(), { seed: 1, workers: 1.5 })).toThrow("workers is 1.5");
    expect(() => augmented(pictures, steps(), { seed: -1 })).toThrow("seed is -1");
    const either = augment.oneOf(augment.resize({ size: 4 }), augment.resize({ size: 5 }));
    const mixed = augmented(pictures, [either], { seed: 1, workers: 0 });
    await expect(readRows(mixed)).rejects.toThrow("end the chain with a crop or a resize");
    const failing = kept(augmented(pictures, [augment.rotate()], { seed: 1, workers: 1, range: [0, 255] }));
    const odd = kept(
      augmented(pictures, augment.augmentation([augment.rotate()], { fill: [1, 2] }), {
        seed: 1,
        workers: 1,
      }),
    );
    await expect(readRows(odd)).rejects.toThrow("fill has 2 values");
    expect((await readRows(failing)).inputs.input).toHaveLength(inputs.length);
  });
});
