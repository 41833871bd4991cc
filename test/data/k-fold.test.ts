import { describe, expect, it } from "vitest";
import { blobs, dataset, kFold, readRows } from "../../src/index.js";

const numbers = (size: number) =>
  dataset({
    name: "numbers",
    inputs: Float32Array.from({ length: size }, (_, i) => i),
    inputShape: [1],
    targets: Array.from({ length: size }, (_, i) => (i % 10 < 3 ? 1 : 0)),
    classes: 2,
  });

const inputsOf = async (data: Parameters<typeof readRows>[0]) =>
  Array.from((await readRows(data)).inputs.input ?? [], Number);

describe("kFold", () => {
  it("tests on every example once, and trains on all others", async () => {
    const all = Array.from({ length: 23 }, (_, i) => i);
    const folds = kFold(numbers(23), { folds: 4, seed: 1 });
    expect(folds.map(({ test }) => test.size)).toEqual([6, 6, 6, 5]);
    const tested: number[] = [];
    for (const { train, test } of folds) {
      const [seen, unseen] = [await inputsOf(train), await inputsOf(test)];
      expect([...seen, ...unseen].sort((a, b) => a - b)).toEqual(all);
      tested.push(...unseen);
    }
    expect(tested.sort((a, b) => a - b)).toEqual(all);
  });

  it("is a function of the seed, and keeps the shares of classes where asked to", async () => {
    const parts = async (seed: number) => inputsOf(kFold(numbers(40), { seed })[0]?.test ?? numbers(1));
    expect(await parts(1)).toEqual(await parts(1));
    expect(await parts(1)).not.toEqual(await parts(2));
    for (const { test } of kFold(numbers(50), { folds: 5, stratified: true })) {
      const { targets } = await readRows(test);
      expect(Array.from(targets.target ?? [], Number).reduce((a, b) => a + b)).toBe(3);
      expect(test.size).toBe(10);
    }
  });

  it("takes from two folds on to one for each example", () => {
    expect(kFold(numbers(7), { folds: 2 }).map(({ test }) => test.size)).toEqual([4, 3]);
    expect(kFold(numbers(7), { folds: 7 }).map(({ test }) => test.size)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it.each([1, 2.5, 24, "five" as unknown as number])("refuses %s folds", (folds) => {
    expect(() => kFold(blobs({ n: 23 }), { folds })).toThrow(
      /^kFold of "blobs": folds must be a whole number from 2 to its 23 examples, got /,
    );
  });
});
