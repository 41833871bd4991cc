import { describe, expect, it } from "vitest";
import { type Dataset, dataset } from "../../src/index.js";
import { dataFingerprint } from "../../src/train/data-fingerprint.js";

const numbers = (size: number, change?: number): Dataset =>
  dataset({
    name: "numbers",
    inputs: Float32Array.from({ length: size * 2 }, (_, i) => (i === change ? -1 : i)),
    inputShape: [2],
    targets: Float32Array.from({ length: size }, (_, i) => i % 3),
    classes: 3,
  });

const content = async (data: Dataset) => (await dataFingerprint(data)).content;

describe("what a part of the data is told by", () => {
  it("is the same for the same data, whatever they are called", async () => {
    expect(await dataFingerprint({ ...numbers(600), name: "other" })).toEqual(
      await dataFingerprint(numbers(600)),
    );
  });

  it("says the number of examples, and what inputs and targets are", async () => {
    expect(await dataFingerprint(numbers(600))).toMatchObject({
      examples: 600,
      "input input": "float [2]",
      "target target": "3 classes",
    });
  });

  it("changes with any number of it, and with the order", async () => {
    const before = await content(numbers(600));
    for (const change of [0, 511, 513, 1199]) expect(await content(numbers(600, change))).not.toBe(before);
    const turned: Dataset = {
      ...numbers(600),
      read: (indices, into) =>
        numbers(600).read(
          Array.from(indices, (i) => 599 - i),
          into,
        ),
    };
    expect(await content(turned)).not.toBe(before);
  });

  it("looks at examples spread over all of large data, the first and the last among them", async () => {
    const read: number[] = [];
    const large: Dataset = {
      ...numbers(1),
      size: 2 ** 24,
      read: (indices) => {
        if (indices.length < 256 || read.length === 0) read.push(...Array.from(indices));
      },
    };
    await content(large);
    expect(read[0]).toBe(0);
    expect(read[1]).toBe(3);
    expect(read.at(-1)).toBe(2 ** 24 - 1);
  });
});
