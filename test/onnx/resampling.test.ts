import { describe, expect, it } from "vitest";
import { readModel } from "../../src/onnx/read.js";
import { largestDifference } from "../graph/run.js";
import { type Foreign, floats, foreign, ints, op, value } from "./foreign.js";
import { runAsRead, runDirectly } from "./runtime.js";

const waves = (count: number, step = 1.7): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(step * i + 0.3));

const shape = [2, 3, 4, 6];
const sizes = ints("sizes", [2, 3, 7, 4]);
const scales = floats("scales", [4], [1, 1, 1.5, 0.8]);
const some = ints("some", [5, 9]);
const none = floats("none", [0], []);

const resized = (attributes: Parameters<typeof op>[3] = {}): Foreign => ({
  nodes: [op("Resize", "x _ _ sizes", "y", attributes)],
  stored: [sizes],
});
const scaled = (attributes: Parameters<typeof op>[3] = {}): Foreign => ({
  nodes: [op("Resize", "x _ scales", "y", attributes)],
  stored: [scales],
});

const models: Readonly<Record<string, Foreign>> = {
  "Resize, all by default": resized(),
  "Resize, nearest, by scales": scaled(),
  "Resize, nearest, asymmetric, floor": resized({
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  }),
  "Resize, nearest, ceil": resized({ nearest_mode: "ceil" }),
  "Resize, nearest, half up": resized({ nearest_mode: "round_prefer_ceil" }),
  "Resize, linear": resized({ mode: "linear" }),
  "Resize, linear, by scales": scaled({ mode: "linear" }),
  "Resize, linear, aligned": resized({ mode: "linear", coordinate_transformation_mode: "align_corners" }),
  "Resize, linear, PyTorch's": resized({
    mode: "linear",
    coordinate_transformation_mode: "pytorch_half_pixel",
  }),
  "Resize, linear, antialiased": { ...resized({ mode: "linear", antialias: 1 }), opset: 18 },
  "Resize, cubic": resized({ mode: "cubic" }),
  "Resize, cubic, without what is outside": resized({ mode: "cubic", exclude_outside: 1 }),
  "Resize, cubic of another slope": scaled({ mode: "cubic", cubic_coeff_a: { float: -0.5 } }),
  "Resize, of two axes named": {
    nodes: [op("Resize", "x _ none some", "y", { mode: "linear", axes: [2, 3] })],
    stored: [none, some],
    opset: 18,
  },
  "Resize of opset 10": {
    ...scaled(),
    nodes: [op("Resize", "x scales", "y", { mode: "linear" })],
    opset: 10,
  },
  "Upsample of opset 9": {
    nodes: [op("Upsample", "x scales", "y")],
    stored: [floats("scales", [4], [1, 1, 2, 3])],
    opset: 9,
  },
  "Pad, reflect": {
    nodes: [op("Pad", "x p", "y", { mode: "reflect" })],
    stored: [ints("p", [0, 0, 3, 1, 0, 0, 2, 5])],
  },
  "Pad, edge": {
    nodes: [op("Pad", "x p", "y", { mode: "edge" })],
    stored: [ints("p", [0, 0, 3, 0, 0, 1, 2, 5])],
  },
  "Pad, wrap": {
    nodes: [op("Pad", "x p", "y", { mode: "wrap" })],
    stored: [ints("p", [0, 0, 3, 0, 0, 1, 2, 5])],
  },
  "Floor, Ceil, Round": {
    nodes: [op("Floor", "x", "a"), op("Ceil", "x", "b"), op("Round", "x", "c"), op("Sum", "a b c", "y")],
  },
};

it.each(Object.entries(models))("%s is read as ONNX Runtime runs it", async (_name, model) => {
  const bytes = foreign({ inputs: [value("x", [2, 3, 4, 6])], ...model });
  const x = { dtype: "float32", shape, data: Float32Array.from(waves(2 * 3 * 4 * 6), (v) => 2 * v) } as const;
  const [read, direct] = [await runAsRead(bytes, { x }), await runDirectly(bytes, { x })];
  expect(read.y?.shape).toEqual(direct.y?.shape);
  expect(largestDifference(read.y?.data ?? [], direct.y?.data ?? [])).toBeLessThan(1e-5);
});

const sampling = ["bilinear", "nearest", "bicubic"].flatMap((mode) =>
  ["zeros", "border", "reflection"].map((padding_mode) => [mode, padding_mode] as const),
);

it.each(sampling)("GridSample, %s, %s, is read as ONNX Runtime runs it", async (mode, padding_mode) => {
  for (const align_corners of [0, 1]) {
    const bytes = foreign({
      nodes: [op("GridSample", "x grid", "y", { mode, padding_mode, align_corners })],
      inputs: [value("x", ["N", 3, 4, 6]), value("grid", ["N", 5, 2, 2])],
      opset: 16,
    });
    const feeds = {
      x: { dtype: "float32", shape, data: Float32Array.from(waves(2 * 3 * 4 * 6)) },
      grid: {
        dtype: "float32",
        shape: [2, 5, 2, 2],
        data: Float32Array.from(waves(40, 0.9), (v) => 1.6 * v),
      },
    } as const;
    const [read, direct] = [await runAsRead(bytes, feeds), await runDirectly(bytes, feeds)];
    expect(read.y?.shape).toEqual(direct.y?.shape);
    expect(largestDifference(read.y?.data ?? [], direct.y?.data ?? [])).toBeLessThan(1e-5);
  }
});

describe("what cannot be read is refused in one line", () => {
  it.each<[string, Foreign, string]>([
    ["another batch", { ...resized(), stored: [ints("sizes", [4, 3, 7, 4])] }, "its sizes change axis 0"],
    [
      "scaled channels",
      { ...scaled(), stored: [floats("scales", [4], [1, 2, 1, 1])] },
      "its scales change axis 1",
    ],
    [
      "a crop",
      resized({ coordinate_transformation_mode: "tf_crop_and_resize" }),
      '"tf_crop_and_resize" is not supported',
    ],
    ["an aspect ratio", resized({ keep_aspect_ratio_policy: "not_larger" }), '"not_larger" is not supported'],
    ["neither sizes nor scales", { nodes: [op("Resize", "x", "y")] }, "neither scales nor sizes"],
    [
      "a size of 1 in PyTorch's way",
      {
        ...resized({ coordinate_transformation_mode: "pytorch_half_pixel" }),
        stored: [ints("sizes", [2, 3, 1, 4])],
      },
      "an axis of size 1",
    ],
    [
      "an unknown way to pad",
      { nodes: [op("Pad", "x p", "y", { mode: "mirror" })], stored: [ints("p", [0, 0, 1, 0, 0, 0, 0, 0])] },
      'the mode "mirror" is not supported',
    ],
  ])("%s", (_name, model, message) => {
    const bytes = foreign({ inputs: [value("x", [2, 3, 4, 6])], ...model });
    expect(() => readModel(bytes)).toThrow(message);
  });
});
