import { describe, expect, it } from "vitest";
import {
  buildModel,
  constantInitializer,
  conv1d,
  conv2d,
  conv3d,
  convTranspose2d,
  depthwiseConv2d,
  dirac,
  he,
  type Layer,
  leCun,
  orthogonal,
  truncatedNormal,
  xavier,
} from "../../src/index.js";
import type { Initializer } from "../../src/nn/initializers.js";
import { initialValues } from "../../src/nn/model.js";
import { random } from "../../src/random/random.js";
import { compileLayer } from "./train-once.js";

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

describe("filters", () => {
  /** What a layer makes of inputs, with its initial values. */
  const outputs = async (net: Layer, shape: readonly number[], values: Float32Array) => {
    const weights = buildModel(net, shape).parameters.map((each) => [each.name, [...initialValues(each, 3)]]);
    const { y } = await (await compileLayer(net, shape)).use({
      input: [...values],
      ...Object.fromEntries(weights),
    });
    return Float32Array.from(y ?? []);
  };
  const noise = (shape: readonly number[], examples: number) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, examples));
    random(5, "noise").fillNormal(values);
    return values;
  };
  const plain = { init: leCun(), bias: false, padding: "valid" } as const;
  const turned = { init: leCun(), bias: false } as const;

  it.each<[string, Layer, readonly number[]]>([
    ["conv1d", conv1d(64, plain), [32, 40]],
    ["conv2d", conv2d(48, plain), [32, 9, 9]],
    ["conv2d, strided", conv2d(48, { ...plain, stride: 2 }), [32, 15, 15]],
    ["conv2d in groups", conv2d(48, { ...plain, groups: 4 }), [32, 9, 9]],
    ["conv3d", conv3d(32, plain), [16, 5, 5, 5]],
    ["depthwiseConv2d", depthwiseConv2d({ ...plain, multiplier: 2 }), [64, 9, 9]],
    ["convTranspose2d", convTranspose2d(32, { ...turned, padding: 2 }), [32, 9, 9]],
    ["convTranspose2d by 2", convTranspose2d(32, { ...turned, kernel: 2, stride: 2 }), [32, 5, 5]],
    [
      "convTranspose2d by 2, overlapping",
      convTranspose2d(32, { ...turned, kernel: 4, stride: 2, padding: 2 }),
      [32, 6, 6],
    ],
    ["convTranspose2d in groups", convTranspose2d(32, { ...turned, groups: 4, padding: 2 }), [32, 9, 9]],
  ])("leCun keeps the variance through %s", async (_, net, shape) => {
    const { variance } = moments(await outputs(net, shape, noise(shape, 4)));
    expect(variance).toBeGreaterThan(0.85);
    expect(variance).toBeLessThan(1.15);
  });

  it.each<[string, Layer, readonly number[]]>([
    ["conv1d", conv1d(3, { init: dirac() }), [3, 6]],
    ["conv2d", conv2d(3, { init: dirac() }), [3, 5, 6]],
    ["conv3d", conv3d(2, { init: dirac() }), [2, 4, 3, 5]],
    ["conv2d in groups", conv2d(6, { init: dirac(), groups: 3 }), [6, 5, 6]],
    ["depthwiseConv2d", depthwiseConv2d({ init: dirac() }), [5, 5, 6]],
    ["convTranspose2d", convTranspose2d(4, { init: dirac(), groups: 2, padding: 1 }), [4, 5, 6]],
  ])("of dirac pass everything on: %s", async (_, net, shape) => {
    const values = noise(shape, 2);
    expect(await outputs(net, shape, values)).toEqual(values);
  });

  it("of dirac in groups: those beside them start otherwise", () => {
    const [weight] = buildModel(
      conv2d(6, { kernel: 1, groups: 2, init: dirac({ rest: constantInitializer(2) }) }),
      [4, 1, 1],
    ).parameters;
    const values = weight ? initialValues(weight, 0) : [];
    expect([...values]).toEqual([1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2]);
  });

  it("of orthogonal are orthonormal in each group: those of single channels have norm 1", () => {
    const [weight] = buildModel(conv2d(20, { groups: 2, init: orthogonal() }), [6, 5, 5]).parameters;
    const values = weight ? initialValues(weight, 0) : new Float32Array();
    for (const half of [values.subarray(0, 270), values.subarray(270)])
      expect(deviation(half, 10, 27, "rows", 1)).toBeLessThan(1e-6);
    const [each] = buildModel(depthwiseConv2d({ init: orthogonal() }), [20, 5, 5]).parameters;
    const single = each ? initialValues(each, 0) : new Float32Array();
    for (let i = 0; i < 20; i++) expect(Math.hypot(...single.subarray(9 * i, 9 * i + 9))).toBeCloseTo(1, 6);
  });
});
