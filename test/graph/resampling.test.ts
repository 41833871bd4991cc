import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import {
  batch,
  type DType,
  type GridSampleOptions,
  input,
  type ResizeOptions,
  type Tensor,
} from "../../src/graph/index.js";
import { missing } from "../../src/missing.js";
import { evaluateOnce, largestDifference } from "./run.js";

const tensor = z.object({ shape: z.array(z.number()), values: z.array(z.number()) });
const casesOf = <T extends z.ZodType>(options: T) =>
  z.array(
    z.object({
      name: z.string(),
      options,
      inputs: z.array(tensor),
      y: tensor,
      first: z.array(z.array(z.number())),
    }),
  );

const reference = z
  .object({
    resize: casesOf(
      z.strictObject({
        size: z.array(z.number()).optional(),
        scale_factor: z.array(z.number()).optional(),
        mode: z.enum(["nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic"]),
        align_corners: z.boolean().optional(),
        antialias: z.boolean().optional(),
      }),
    ),
    gridSample: casesOf(
      z.strictObject({
        mode: z.enum(["nearest", "bilinear", "bicubic"]),
        padding_mode: z.enum(["zeros", "border", "reflection"]),
        align_corners: z.boolean(),
      }),
    ),
    pad: casesOf(
      z.strictObject({ pad: z.array(z.number()), mode: z.enum(["reflect", "replicate", "circular"]) }),
    ),
    affineGrid: casesOf(z.strictObject({ size: z.array(z.number()), align_corners: z.boolean() })),
  })
  .parse(JSON.parse(readFileSync(new URL("../reference/graph/resampling.json", import.meta.url), "utf8")));

type Reference = typeof reference;
type Options<K extends keyof Reference> = Reference[K][number]["options"];

const resizeOptions = ({
  size,
  scale_factor,
  mode,
  align_corners,
  antialias,
}: Options<"resize">): ResizeOptions => ({
  ...(size && { size }),
  ...(scale_factor && { scale: scale_factor }),
  mode: mode.startsWith("nearest") ? "nearest" : mode === "bicubic" ? "cubic" : "linear",
  ...(mode === "nearest" && { coordinates: "asymmetric", rounding: "floor" }),
  ...(align_corners && { coordinates: "alignCorners" }),
  ...(antialias && { antialias }),
});

const sampleOptions = ({ mode, padding_mode, align_corners }: Options<"gridSample">): GridSampleOptions => ({
  mode: ({ nearest: "nearest", bilinear: "linear", bicubic: "cubic" } as const)[mode],
  border: ({ zeros: "zeros", border: "edge", reflection: "reflect" } as const)[padding_mode],
  alignCorners: align_corners,
});

/** PyTorch's pads: of the last axis first, before and after. */
const padded = (x: Tensor, { pad, mode }: Options<"pad">): Tensor =>
  Array.from({ length: pad.length / 2 }, (_, i) => i).reduce(
    (y, i) =>
      graph.pad(y, {
        axis: -1 - i,
        before: pad[2 * i] ?? missing(),
        after: pad[2 * i + 1] ?? missing(),
        mode: ({ reflect: "reflect", replicate: "edge", circular: "wrap" } as const)[mode],
      }),
    x,
  );

const one = (xs: readonly Tensor[], i = 0): Tensor => xs[i] ?? missing();

const rows = [
  ...reference.resize.map((each) => ({
    ...each,
    title: "resize",
    build: (xs: Tensor[]) => graph.resize(one(xs), resizeOptions(each.options)),
  })),
  ...reference.gridSample.map((each) => ({
    ...each,
    title: "gridSample",
    build: (xs: Tensor[]) => graph.gridSample(one(xs), one(xs, 1), sampleOptions(each.options)),
  })),
  ...reference.pad.map((each) => ({
    ...each,
    title: "pad",
    build: (xs: Tensor[]) => padded(one(xs), each.options),
  })),
  ...reference.affineGrid.map((each) => ({
    ...each,
    title: "affineGrid",
    build: (xs: Tensor[]) =>
      graph.affineGrid(one(xs), each.options.size.slice(2), { alignCorners: each.options.align_corners }),
  })),
];

describe.each(["float32", "float64"] as const)("in %s", (dtype: DType) => {
  it.each(rows)("$title $name has PyTorch's numbers", async ({ inputs, y: expected, first, build }) => {
    const xs = inputs.map(({ shape }, i) => input(`x${i}`, shape, dtype));
    const y = build(xs);
    const weights = expected.values.map((_, i) => Math.sin(i));
    const v = input("v", expected.shape, dtype);
    const gradients = graph.grad(graph.sum(y.mul(v)), xs);
    const at = await evaluateOnce(
      [...xs, v],
      Object.fromEntries([y, ...gradients].map((output, i) => [`${i}`, output])),
      [...inputs.map(({ values }) => values), weights],
    );
    expect(at["0"]?.shape).toEqual(expected.shape);
    [expected.values, ...first].forEach((values, i) => {
      expect(largestDifference(at[`${i}`]?.data ?? [], values), `output ${i}`).toBeLessThan(
        dtype === "float32" ? 2e-5 : 1e-12,
      );
    });
  });
});

const picture = input("x", [batch, 3, 4, 5]);
const grid = input("grid", [batch, 2, 2, 2]);

describe("bad input is refused in one line", () => {
  it.each<[string, () => unknown, string]>([
    [
      "no size",
      () => graph.resize(picture, {}),
      "resize: give either size, as in { size: [32, 32] }, or scale",
    ],
    ["size and scale", () => graph.resize(picture, { size: 2, scale: 2 }), "either size"],
    [
      "sizes of three axes",
      () => graph.resize(picture, { size: [1, 2, 3] }),
      "size must be a whole number of at least 1, or 2 of them",
    ],
    [
      "a scale that leaves nothing",
      () => graph.resize(picture, { scale: 0.2 }),
      "scale 0.2 leaves nothing of 4 elements",
    ],
    [
      "a negative scale",
      () => graph.resize(picture, { scale: -1 }),
      "scale must be a number above 0, or 2 of them, got -1",
    ],
    [
      "another library's mode",
      () => graph.resize(picture, { size: 2, mode: "bilinear" as "linear" }),
      'resize: mode must be "nearest", "linear", "cubic", got "bilinear"',
    ],
    [
      "a matrix",
      () => graph.resize(input("m", [batch, 3]), { size: 2 }),
      "expected a tensor of shape [batch, channels, …]",
    ],
    [
      "a grid of other examples",
      () => graph.gridSample(picture, input("g", [2, 2, 2, 2])),
      "gridSample: x [batch, 3, 4, 5] needs a grid [batch, size, size, 2], got [2, 2, 2, 2]",
    ],
    [
      "another library's border",
      () => graph.gridSample(picture, grid, { border: "reflection" as "reflect" }),
      'gridSample: border must be "zeros", "edge", "reflect", got "reflection"',
    ],
    [
      "maps of another number of axes",
      () => graph.affineGrid(input("t", [batch, 2, 3]), [4]),
      "affineGrid: a grid of 1 axes needs maps [batch, 1, 2], got [batch, 2, 3]",
    ],
    [
      "a reflection beyond the last element",
      () => graph.pad(picture, { axis: 2, before: 4, mode: "reflect" }),
      'pad: mode "reflect" adds at most 3 elements to a side of 4, got 4 before and 0 after',
    ],
    [
      "a value beside a mode",
      () => graph.pad(picture, { axis: 2, before: 1, mode: "edge", value: 1 }),
      "takes no value",
    ],
    [
      "an unknown mode",
      () => graph.pad(picture, { axis: 2, before: 1, mode: "replicate" as "edge" }),
      'pad: mode must be "constant", "edge", "reflect" or "wrap", got "replicate"',
    ],
  ])("%s", (_name, make, message) => {
    expect(make).toThrow(SteepestError);
    expect(make).toThrow(message);
  });
});
