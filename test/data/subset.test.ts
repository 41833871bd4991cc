import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { dataset } from "../../src/data/memory.js";
import { split, subset, take } from "../../src/data/subset.js";
import { rowsOf } from "../support/rows.js";

/** n examples whose single input is their number; labels by `label`. */
const numbered = (n: number, label: (i: number) => number = (i) => i % 2): Dataset =>
  dataset({
    name: "numbered",
    inputs: Float32Array.from({ length: n }, (_, i) => i),
    targets: Array.from({ length: n }, (_, i) => label(i)),
    inputShape: [1],
    classes: 3,
  });

const contents = (part: Dataset): { inputs: number[]; labels: number[] } => {
  const { inputs, targets } = rowsOf(part);
  return { inputs: [...inputs], labels: [...targets] };
};

describe("subset and take", () => {
  it("read the chosen examples, also of a subset", () => {
    const part = subset(subset(numbered(10), [9, 4, 4, 1]), [3, 0]);
    expect(contents(part)).toEqual({ inputs: [1, 9], labels: [1, 1] });
    expect(contents(take(numbered(10), 3)).inputs).toEqual([0, 1, 2]);
  });

  it("do not change when the caller's indices do", () => {
    const indices = [1, 2];
    const part = subset(numbered(5), indices);
    indices[0] = 4;
    expect(contents(part).inputs).toEqual([1, 2]);
  });

  it("refuse what is not there", () => {
    expect(() => subset(numbered(5), [0, 5])).toThrow('subset of "numbered": indices[1] is 5');
    expect(() => subset(numbered(5), [-1])).toThrow("indices[0] is -1");
    expect(() => subset(numbered(5), [])).toThrow("no indices");
    for (const n of [0, 6, 1.5]) expect(() => take(numbered(5), n)).toThrow(`take(${n})`);
    const read = () => rowsOf(take(numbered(5), 2), [2]);
    expect(read).toThrow("no example 2; it has 2");
  });
});

describe("split", () => {
  it("is disjoint, complete and a function of the seed", () => {
    const size = fc.integer({ min: 2, max: 200 });
    fc.assert(
      fc.property(
        size,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        fc.boolean(),
        (n, u, seed, stratified) => {
          const count = 1 + Math.floor(u * (n - 2));
          const { train, validation } = split(numbered(n), { count, seed, stratified });
          expect([train.size, validation.size]).toEqual([n - count, count]);
          const all = [...contents(train).inputs, ...contents(validation).inputs];
          expect(all.sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
          const again = split(numbered(n), { count, seed, stratified });
          expect(contents(again.validation)).toEqual(contents(validation));
        },
      ),
    );
  });

  it("differs between seeds and takes a fraction", () => {
    const draw = (seed: number) => contents(split(numbered(100), { fraction: 0.2, seed }).validation).inputs;
    expect(draw(1)).toHaveLength(20);
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)).not.toEqual([...Array(20).keys()]);
  });

  it("is not stratified unless asked to be", () => {
    const draw = (options: { stratified?: boolean }) =>
      contents(split(numbered(100), { count: 30, seed: 5, ...options }).validation).inputs;
    expect(draw({})).toEqual(draw({ stratified: false }));
    expect(draw({})).not.toEqual(draw({ stratified: true }));
  });

  it("keeps the share of every class when stratified, to within one example", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 299 }), (seed, count) => {
        const labels = (i: number) => (i % 10 === 0 ? 2 : i % 3 === 0 ? 1 : 0);
        const source = numbered(300, labels);
        const total = contents(source).labels;
        const part = contents(split(source, { count, seed, stratified: true }).validation).labels;
        for (const c of [0, 1, 2]) {
          const expected = (total.filter((x) => x === c).length * count) / 300;
          expect(Math.abs(part.filter((x) => x === c).length - expected)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("refuses empty parts", () => {
    for (const count of [0, 10, 2.5]) {
      expect(() => split(numbered(10), { count, seed: 0 })).toThrow(`count ${count} of 10 examples`);
    }
    for (const fraction of [0, 1, -0.5, 0.01]) {
      expect(() => split(numbered(10), { fraction, seed: 0 })).toThrow(`fraction ${fraction} of 10 examples`);
    }
  });

  it("refuses to stratify values or an asynchronous source", () => {
    const values = dataset({
      name: "v",
      inputs: new Float32Array(4),
      targets: [1, 2, 3, 4],
      inputShape: [1],
    });
    expect(() => split(values, { count: 2, seed: 0, stratified: true })).toThrow("values, not classes");
    const slow: Dataset = { ...numbered(4), read: () => Promise.resolve() };
    expect(() => split(slow, { count: 2, seed: 0, stratified: true })).toThrow("asynchronously");
    expect(split(slow, { count: 1, seed: 0 }).train.size).toBe(3);
  });
});
