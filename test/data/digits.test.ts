import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { flatten, parseStroke } from "../../src/data/digits/curve.js";
import { drawStroke } from "../../src/data/digits/ink.js";
import { skeletons } from "../../src/data/digits/skeletons.js";
import { digits } from "../../src/data/digits.js";
import { rowsOf } from "../support/rows.js";

const read = (source: Dataset) => {
  const { inputs, targets: labels } = rowsOf(source);
  return { inputs, labels, image: (i: number) => inputs.subarray(784 * i, 784 * (i + 1)) };
};

describe("digits", () => {
  it("are 28 × 28 bytes with balanced labels", () => {
    const { train, test } = digits({ train: 40, test: 20 });
    expect([train.size, test.size]).toEqual([40, 20]);
    const image = { width: 28, height: 28, channels: 1 };
    expect(train.inputs).toEqual({ input: { kind: "float", shape: [784], image } });
    expect(train.targets.target).toMatchObject({ kind: "class", classes: 10 });
    expect([...read(train).labels]).toEqual(Array.from({ length: 40 }, (_, i) => i % 10));
  });

  it("are a function of the seed; a larger set begins with the smaller", () => {
    const small = read(digits({ train: 30, test: 10, seed: 4 }).train).inputs;
    const large = read(digits({ train: 50, test: 10, seed: 4 }).train).inputs;
    expect(large.subarray(0, small.length)).toEqual(small);
    expect(read(digits({ train: 30, test: 10, seed: 5 }).train).inputs).not.toEqual(small);
  });

  /** Of each image: its ink, where the middle of it is, and the second moments about that. */
  const moments = (image: Float32Array): number[] => {
    const sum = (weight: (x: number, y: number) => number) =>
      image.reduce((total, value, p) => total + (value / 255) * weight(p % 28, Math.floor(p / 28)), 0);
    const ink = sum(() => 1);
    const cx = sum((x) => x) / ink;
    const cy = sum((_, y) => y) / ink;
    const [xx, yy, xy] = [
      sum((x) => (x - cx) ** 2),
      sum((_, y) => (y - cy) ** 2),
      sum((x, y) => (x - cx) * (y - cy)),
    ].map((moment) => moment / ink);
    return [ink, cx, cy, xx, yy, xy].map((value) => value ?? Number.NaN);
  };

  it("stay the same from version to version: results named by a seed are compared with earlier ones", () => {
    const { image } = read(digits({ train: 10, test: 1, seed: 0 }).train);
    const expected = [
      [72.2, 13.751, 11.625, 9.518, 27.966, -7.765],
      [54.753, 13.463, 10.792, 14.023, 34.384, 0.53],
      [98.796, 14.654, 12.139, 7.611, 38.644, -0.072],
      [106.749, 13.342, 13.267, 15.327, 42.768, -2.268],
      [105.969, 12.881, 13.411, 21.349, 30.769, -2.961],
      [50.525, 12.225, 15.627, 17.875, 44.42, -4.886],
      [89.141, 15.063, 15.109, 20.695, 40.791, 2.413],
      [62.976, 12.546, 13.154, 20.542, 43.308, -2.689],
      [117.824, 12.547, 12.7, 13.251, 33.543, -4.869],
      [120.612, 15.255, 12.363, 16.405, 44.529, -7.526],
    ];
    for (const [digit, values] of expected.entries()) {
      moments(image(digit)).forEach((moment, i) => {
        expect(moment, `digit ${digit}, moment ${i}`).toBeCloseTo(values[i] ?? Number.NaN, 2);
      });
    }
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

describe("a stroke", () => {
  const smooth = (...points: readonly (readonly [number, number])[]) =>
    points.map(([x, y]) => ({ x, y, corner: false }));
  const heights = (line: readonly number[]) => line.filter((_, i) => i % 2 === 1);

  it("is a Catmull–Rom spline: exact on a parabola, with its end points doubled", () => {
    const line = flatten(smooth([0, 0], [1, 1], [2, 4], [3, 9]));
    expect(line).toHaveLength(2 * 16);
    for (let i = 5; i <= 10; i++) expect(line[2 * i]).toBeCloseTo(i / 5, 12);
    const y = heights(line);
    for (let i = 5; i <= 10; i++) expect(y[i]).toBeCloseTo((i / 5) ** 2, 12);
    // with p₋₁ = p₀ = 0, p₁ = 1, p₂ = 4 the first span is (t + t³)/2
    for (let i = 0; i <= 5; i++) expect(y[i]).toBeCloseTo((i / 5 + (i / 5) ** 3) / 2, 12);
    // with p₀ = 1, p₁ = 4, p₂ = p₃ = 9 the last one is 4 + 4t + (9t² − 7t³)/2
    for (let i = 10; i <= 15; i++) {
      const t = i / 5 - 2;
      expect(y[i]).toBeCloseTo(4 + 4 * t + (9 * t ** 2 - 7 * t ** 3) / 2, 12);
    }
  });

  it("is straight between two corners", () => {
    const [a, b, c, d] = smooth([0, 0], [1, 1], [2, 4], [3, 9]);
    if (!a || !b || !c || !d) throw new Error("four points");
    const y = heights(flatten([a, { ...b, corner: true }, { ...c, corner: true }, d]));
    // both neighbours of the span are its own ends: 1 + 3·(t + 3t² − 2t³)/2
    for (let i = 5; i <= 10; i++) {
      const t = i / 5 - 1;
      expect(y[i]).toBeCloseTo(1 + 1.5 * (t + 3 * t ** 2 - 2 * t ** 3), 12);
    }
  });

  it("is darkest along its line and fades across its softness", () => {
    const canvas = new Float32Array(20 * 20);
    const pen = { startRadius: 1.5, endRadius: 1.5, startInk: 0.8, endInk: 0.8, softness: 2 };
    drawStroke(canvas, 20, [5, 8, 14, 8], pen);
    const column = (x: number) => [...Array(20).keys()].map((y) => canvas[20 * y + x] ?? Number.NaN);
    // ½ + (1.5 − distance)/2 of the ink: 1 within half a pixel, then 0.75, 0.25 and nothing
    const across = [...Array(20).keys()].map((y) => 0.8 * ([1, 0.75, 0.25][Math.abs(y - 8)] ?? 0));
    for (const x of [5, 9, 14]) {
      for (const [y, value] of column(x).entries()) expect(value).toBeCloseTo(across[y] ?? 0, 6);
    }
    // beyond the end the distance is that to the end point
    expect(canvas[20 * 8 + 16]).toBeCloseTo(0.8 * 0.25, 6);
    expect(canvas[20 * 9 + 15]).toBeCloseTo(0.8 * (0.5 + (1.5 - Math.SQRT2) / 2), 6);
    expect(canvas[20 * 8 + 17]).toBe(0);
  });

  it("changes from its start to its end, and where pieces meet the darker one counts", () => {
    const canvas = new Float32Array(30);
    const pen = { startRadius: 1, endRadius: 1, startInk: 0.2, endInk: 1, softness: 1 };
    drawStroke(canvas, 1, [0, 0, 0, 0], pen);
    expect(canvas[0]).toBeCloseTo(0.6, 6);
    const long = new Float32Array(20 * 20);
    drawStroke(long, 20, [2, 10, 10, 10, 18, 10], pen);
    expect([2, 9, 10, 11, 18].map((x) => Number(long[200 + x]?.toFixed(4)))).toEqual([
      0.4, 0.4, 0.8, 0.8, 0.8,
    ]);
    const wide = new Float32Array(20 * 20);
    drawStroke(wide, 20, [2, 10, 10, 10, 18, 10], { ...pen, startInk: 1, startRadius: 0.5, endRadius: 2.5 });
    // the two pieces have radius 1 and 2
    expect([4, 16].map((x) => [8, 9, 10].map((y) => wide[20 * y + x]))).toEqual([
      [0, 0.5, 1],
      [0.5, 1, 1],
    ]);
  });
});
