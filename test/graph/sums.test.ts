import { describe, expect, it } from "vitest";
import * as graph from "../../src/graph/index.js";
import {
  batch,
  gemm,
  grad,
  input,
  mean,
  type Shape,
  squaredNorm,
  sum,
  type Tensor,
} from "../../src/graph/index.js";
import { shapeFor } from "../../src/graph/shape.js";
import { decodeModel } from "../../src/onnx/codec.js";
import { writeModel } from "../../src/onnx/write.js";
import { fold, type NdArray, size, tabulate } from "./ndarray.js";
import { evaluateOnce } from "./run.js";

const tenth = Math.fround(0.1);
const million = 1_000_000;

/** The largest relative error of numbers that should all be equal. */
const errorOf = ({ data }: NdArray, expected: number): number =>
  Math.max(...data.map((value) => Math.abs(value / expected - 1)));

describe("sums of a million rows of 0.1 are right to 1e-6", () => {
  const x = input("x", [batch, 3]);
  const w = input("w", [3, 2]);
  const b = input("b", [2]);
  const c = input("c", [1, 1]);
  const squares = 3 * million * tenth ** 2;
  const outputs: Readonly<Record<string, readonly [Tensor, number]>> = {
    "over rows": [sum(x, 0), million * tenth],
    "over rows, axis kept": [sum(x, 0, { keepDims: true }), million * tenth],
    "mean over rows": [mean(x, 0), tenth],
    "of everything": [sum(x), 3 * million * tenth],
    "mean of everything": [mean(x), tenth],
    "of squares": [squaredNorm(x), squares],
    "gradient of a bias": [grad(sum(gemm(x, w, b).mul(tenth)), [b])[0], million * tenth],
    "gradient of what is broadcast": [grad(sum(x.mul(c)), [c])[0], 3 * million * tenth],
  };
  it.each(Object.entries(outputs))("%s", async (_name, [y, expected]) => {
    const values = new Float32Array(3 * million).fill(tenth);
    const at = await evaluateOnce([x, w, b, c], { y }, [values, Array(6).fill(0), [0, 0], [1]]);
    expect(errorOf(at.y, expected)).toBeLessThan(1e-6);
  });

  it("of numbers that lie side by side in a fixed shape, and of their squares", async () => {
    const fixed = input("fixed", [1000, 1000]);
    const outputs = {
      total: sum(fixed),
      average: mean(fixed),
      squares: squaredNorm(fixed),
      rows: sum(fixed, 1),
    };
    const at = await evaluateOnce([fixed], outputs, [new Float32Array(million).fill(tenth)]);
    expect(errorOf(at.total, million * tenth)).toBeLessThan(1e-6);
    expect(errorOf(at.average, tenth)).toBeLessThan(1e-6);
    expect(errorOf(at.squares, million * tenth ** 2)).toBeLessThan(1e-6);
    expect(errorOf(at.rows, 1000 * tenth)).toBeLessThan(1e-6);
  });

  it("over the pixels of pictures, as batch normalisation adds them up, and their gradients", async () => {
    const pictures = input("pictures", [batch, 2, 28, 28]);
    const shift = input("shift", [2, 1, 1]);
    const values = new Float32Array(600 * 2 * 784).fill(tenth);
    const outputs = {
      mean: mean(pictures, [0, 2, 3]),
      total: sum(pictures, [0, 2, 3]),
      gradient: grad(sum(pictures.add(shift).mul(tenth)), [shift])[0],
    };
    const at = await evaluateOnce([pictures, shift], outputs, [values, [0, 0]]);
    expect(errorOf(at.mean, tenth)).toBeLessThan(1e-6);
    expect(errorOf(at.total, 600 * 784 * tenth)).toBeLessThan(1e-6);
    expect(errorOf(at.gradient, 600 * 784 * tenth)).toBeLessThan(1e-6);
  });
});

/** Which axes of which shapes, so that every way of adding up is taken; the batch holds 130 examples. */
const folds: readonly (readonly [Shape, readonly number[]])[] = [
  [[batch], [0]],
  [[batch, 4], [0]],
  [[batch, 4], [1]],
  [
    [batch, 4],
    [0, 1],
  ],
  [[4, batch], [1]],
  [
    [4, batch],
    [0, 1],
  ],
  [[batch, 3, 520], [2]],
  [[batch, 3, 520], [1]],
  [
    [batch, 3, 520],
    [0, 2],
  ],
  [
    [batch, 3, 520],
    [1, 2],
  ],
  [
    [batch, 3, 520],
    [0, 1, 2],
  ],
  [[2, 521], [1]],
  [[521, 2], [0]],
  [[2, 1042], [1]],
  [[3, 1024, 2], [1]],
  [
    [3, 1024, 2],
    [0, 2],
  ],
  [
    [3, 1024, 2],
    [1, 2],
  ],
  [
    [1200, 1, 1],
    [0, 2],
  ],
  [
    [7, 40, 30],
    [1, 2],
  ],
];

describe.each(folds)("sums and means of %j over axes %j", (shape, axes) => {
  const dims = shapeFor(shape, 130);
  const array = tabulate(dims, (index) =>
    Math.fround(1 + Math.sin(index.reduce((sum, i, axis) => sum + i * (axis + 1.7), 0))),
  );
  it("are those of float64", async () => {
    const x = input("x", shape);
    const kept = { keepDims: true };
    const at = await evaluateOnce(
      [x],
      {
        total: sum(x, axes),
        average: mean(x, axes),
        kept: sum(x, axes, kept),
        keptMean: mean(x, axes, kept),
      },
      [array.data],
    );
    const total = fold(array, axes, false, (values) => values.reduce((a, b) => a + b, 0));
    const keptShape = dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const count = size(axes.map((axis) => dims[axis] ?? 1));
    for (const [got, expectedShape, scale] of [
      [at.total, total.shape, 1],
      [at.average, total.shape, count],
      [at.kept, keptShape, 1],
      [at.keptMean, keptShape, count],
    ] as const) {
      expect(got.shape).toEqual(expectedShape);
      const errors = got.data.map((value, i) => Math.abs((value * scale) / (total.data[i] ?? 0) - 1));
      expect(errors.length).toBe(total.data.length);
      expect(Math.max(...errors)).toBeLessThan(5e-7);
    }
  });
});

it("a short sum is one operator: what is known of the batch counts", () => {
  const x = input("x", [batch, 10]);
  const types = (y: Tensor, largestBatch?: number) =>
    decodeModel(
      writeModel({ inputs: [x], outputs: { y }, ...(largestBatch && { largestBatch }) }),
    ).graph.node?.map(({ opType }) => opType);
  expect(types(sum(x, 0), 128)).toEqual(["ReduceSum"]);
  expect(types(mean(x, 1))).toEqual(["ReduceMean"]);
  expect(types(sum(x, 0), 129)).toEqual(["Cast", "ReduceSum", "Cast"]);
  expect(types(sum(x, 0))).toEqual(["Cast", "ReduceSum", "Cast"]);
  expect(types(sum(graph.cast(x, "float64"), 0))).toEqual(["Cast", "ReduceSum"]);
});

it("sums of whole numbers stay whole", async () => {
  const x = input("x", [batch], "int64");
  const values = BigInt64Array.from({ length: 2000 }, (_, i) => BigInt(i) * 2n ** 30n);
  const { y } = await evaluateOnce([x], { y: sum(x) }, [values]);
  expect(y.data).toEqual([1999 * 1000 * 2 ** 30]);
});
