import { describe, expect, it } from "vitest";
import { constantInitializer, he, leCun, orthogonal, truncatedNormal, xavier } from "../../src/index.js";
import type { Initializer } from "../../src/nn/initializers.js";
import { random } from "../../src/random/random.js";

const draw = (initializer: Initializer, shape: readonly number[], seed = 0): Float32Array => {
  const values = new Float32Array(shape.reduce((a, b) => a * b));
  const [fanIn = 1, fanOut = 1] = shape;
  initializer(values, { shape, fanIn, fanOut }, random(seed, "test"));
  return values;
};

const moments = (values: Float32Array) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length };
};

const [rows, columns] = [300, 100];

describe.each(["normal", "uniform"] as const)("variances, %s", (distribution) => {
  it.each([
    ["leCun", leCun({ distribution }), 1 / rows],
    ["xavier", xavier({ distribution }), 2 / (rows + columns)],
    ["he", he({ distribution }), 2 / rows],
  ])("%s", (_, initializer, expected) => {
    const { mean, variance } = moments(draw(initializer, [rows, columns]));
    expect(variance / expected).toBeGreaterThan(0.97);
    expect(variance / expected).toBeLessThan(1.03);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / (rows * columns)));
  });
});

it("truncated normal values stay within the limit and have the variance that follows from it", () => {
  const values = draw(truncatedNormal(0.5), [rows, columns]);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(Math.max(...values)).toBeGreaterThan(0.98);
  expect(Math.sqrt(moments(values).variance) / 0.5).toBeCloseTo(0.8796, 2);
  expect(() => truncatedNormal(0)).toThrow("truncatedNormal: sigma must be a positive number, got 0");
  for (const [name, make] of Object.entries({ leCun, xavier, he })) {
    expect(() => make({ distribution: "unif" as never })).toThrow(`${name}: distribution is "unif"`);
  }
  expect(() => truncatedNormal(1, { limit: 0 })).toThrow("truncatedNormal: limit must be at least 0.1");
});

/** The largest deviation of the Gram matrix of rows or columns from gain² times the identity. */
const deviation = (w: Float32Array, rows: number, columns: number, of: "rows" | "columns", gain: number) => {
  const [count, length] = of === "rows" ? [rows, columns] : [columns, rows];
  const at = (k: number, i: number) => w[of === "rows" ? k * columns + i : i * columns + k] ?? 0;
  let worst = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      let dot = 0;
      for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
      worst = Math.max(worst, Math.abs(dot - (a === b ? gain * gain : 0)));
    }
  }
  return worst;
};

describe("orthogonal", () => {
  it.each([
    [[40, 25], "columns"],
    [[25, 40], "rows"],
    [[30, 30], "rows"],
    [[8, 3, 3, 3], "rows"],
  ] as const)("shape %j has orthonormal %s", (shape, of) => {
    const [first, ...rest] = shape;
    const width = rest.reduce<number>((a, b) => a * b, 1);
    for (const gain of [1, Math.SQRT2]) {
      expect(deviation(draw(orthogonal({ gain }), shape), first, width, of, gain)).toBeLessThan(1e-6);
    }
  });

  it("has the variance 1 / the larger side, differs by seed, and refuses vectors", () => {
    const w = draw(orthogonal(), [60, 30]);
    expect(w.reduce((a, b) => a + b * b, 0) / w.length).toBeCloseTo(1 / 60, 6);
    expect(draw(orthogonal(), [60, 30], 1)).not.toEqual(w);
    expect(() => draw(orthogonal(), [60])).toThrow("orthogonal: expected a matrix, got shape [60]");
    expect(() => orthogonal({ gain: 0 })).toThrow("orthogonal: gain must be a positive number, got 0");
  });
});

it("constants must be finite", () => {
  expect(() => constantInitializer(Number.NaN)).toThrow("expected a finite value, got NaN");
});
