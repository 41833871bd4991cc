import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { parseStroke } from "../../src/data/digits/curve.js";
import { skeletons } from "../../src/data/digits/skeletons.js";
import { digits } from "../../src/data/digits.js";

const read = (source: Dataset) => {
  const inputs = new Float32Array(source.size * 784);
  const labels = new Float32Array(source.size);
  source.read([...Array(source.size).keys()], inputs, labels);
  return { inputs, labels, image: (i: number) => inputs.subarray(784 * i, 784 * (i + 1)) };
};

describe("digits", () => {
  it("are 28 × 28 bytes with balanced labels", () => {
    const { train, test } = digits({ train: 40, test: 20 });
    expect([train.size, test.size]).toEqual([40, 20]);
    expect(train.inputShape).toEqual([784]);
    expect(train.image).toEqual({ width: 28, height: 28, channels: 1 });
    expect(train.target).toMatchObject({ kind: "class", classes: 10 });
    expect([...read(train).labels]).toEqual(Array.from({ length: 40 }, (_, i) => i % 10));
  });

  it("are a function of the seed; a larger set begins with the smaller", () => {
    const small = read(digits({ train: 30, test: 10, seed: 4 }).train).inputs;
    const large = read(digits({ train: 50, test: 10, seed: 4 }).train).inputs;
    expect(large.subarray(0, small.length)).toEqual(small);
    expect(read(digits({ train: 30, test: 10, seed: 5 }).train).inputs).not.toEqual(small);
  });

  it("repeat no image, within a part or between the parts", () => {
    const { train, test } = digits({ train: 500, test: 500 });
    const images = [train, test].flatMap((part) => {
      const { image } = read(part);
      return Array.from({ length: 500 }, (_, i) => image(i).join());
    });
    expect(new Set(images).size).toBe(1000);
  });

  it("show ink inside the frame on dark paper", () => {
    const { image } = read(digits({ train: 500, test: 1 }).train);
    for (let i = 0; i < 500; i++) {
      const ink = [...image(i)].map((value, pixel) => ({ value, pixel })).filter(({ value }) => value > 127);
      expect(ink.length).toBeGreaterThan(12);
      expect(ink.length).toBeLessThan(260);
      const onBorder = ink.filter(({ pixel: p }) => p < 28 || p >= 756 || p % 28 === 0 || p % 28 === 27);
      expect(onBorder.length).toBeLessThanOrEqual(4);
    }
  });

  it("can be told apart, but not by the nearest class mean", () => {
    const { train, test } = digits({ train: 3000, test: 500 });
    const { inputs, labels } = read(train);
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    labels.forEach((label, i) => {
      for (let p = 0; p < 784; p++) {
        const mean = means[label];
        if (mean) mean[p] = (mean[p] ?? 0) + (inputs[784 * i + p] ?? 0) / 300;
      }
    });
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      let sum = 0;
      for (let p = 0; p < 784; p++) sum += ((a[p] ?? 0) - (b[p] ?? 0)) ** 2;
      return sum;
    };
    const nearest = (image: Float32Array, candidates: readonly ArrayLike<number>[]) => {
      const distances = candidates.map((candidate) => distance(image, candidate));
      return distances.indexOf(Math.min(...distances));
    };
    const known = Array.from({ length: 3000 }, (_, i) => inputs.subarray(784 * i, 784 * (i + 1)));
    const tests = read(test);
    const errorOf = (predict: (image: Float32Array) => number) =>
      tests.labels.filter((label, i) => predict(tests.image(i)) !== label).length / test.size;
    expect(errorOf((image) => nearest(image, means))).toBeGreaterThan(0.1);
    expect(errorOf((image) => nearest(image, known) % 10)).toBeLessThan(0.08);
  });

  it("refuse sizes that are not positive integers", () => {
    expect(() => digits({ train: 0 })).toThrow("digits: train is 0");
    expect(() => digits({ train: 1, test: 1.5 })).toThrow("digits: test is 1.5");
    expect(() => digits({ seed: -1 })).toThrow("seed is -1");
  });
});

describe("skeletons", () => {
  it("give every digit several styles of legible strokes inside their box", () => {
    expect(skeletons).toHaveLength(10);
    for (const styles of skeletons) {
      expect(styles.length).toBeGreaterThanOrEqual(3);
      for (const point of styles.flat().flatMap(parseStroke)) {
        expect(Math.min(point.x, point.y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(point.x, point.y)).toBeLessThanOrEqual(1);
      }
    }
  });
});
