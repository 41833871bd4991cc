import { concat, expand, full, pad, reshape, slice, type Tensor, transpose } from "../../graph/index.js";
import {
  batch,
  broadcastShapes,
  type Dim,
  formatShape,
  normalizeAxis,
  type Shape,
} from "../../graph/shape.js";
import { missing } from "../../missing.js";
import type { ImportedNode, Importers } from "./node.js";
import { knownOf } from "./value.js";

/** The size of several axes taken as one. */
export const joined = (node: ImportedNode, dims: Shape): Dim => {
  const fixed = dims.reduce<number>((product, dim) => product * (dim === batch ? 1 : dim), 1);
  if (!dims.includes(batch)) return fixed;
  return fixed === 1
    ? batch
    : node.fail(`it joins the batch with other axes (${formatShape(dims)}), which is not supported`);
};

/** What a Reshape asks for: 0 keeps an axis, and the open size is the batch where that is not named otherwise. */
const target = (node: ImportedNode, x: Tensor): (Dim | -1)[] => {
  const keepsZero = node.int("allowzero", 0) === 1;
  const given = node.dims(1, "the shape");
  const asked = given.map((dim, axis) => (dim === 0 && !keepsZero ? (x.shape[axis] ?? missing()) : dim));
  return x.shape.includes(batch) && !asked.includes(batch)
    ? asked.map((dim) => (dim === -1 ? batch : dim))
    : asked;
};

/** One step for each of several axes; those that the step leaves as they are may be the batch. */
const alongAxes = (
  x: Tensor,
  axes: readonly number[],
  step: (x: Tensor, i: number, axis: number) => Tensor,
): Tensor => axes.reduce((y, axis, i) => step(y, i, axis), x);

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Reads starts, ends, axes and steps: attributes before opset 10, inputs since. */
const slices = (node: ImportedNode): Tensor => {
  const starts = node.attributeOrInput("starts", 1) ?? [];
  const ends = node.attributeOrInput("ends", 2) ?? [];
  const axes = node.attributeOrInput("axes", 3) ?? range(starts.length);
  const steps = node.attributeOrInput("steps", 4) ?? [];
  return alongAxes(node.tensor(0), axes, (x, i, axis) => {
    const [start = 0, end = 0, step = 1] = [starts[i], ends[i], steps[i]];
    const whole = start === 0 && step === 1 && end >= 2 ** 31 - 1;
    return whole ? x : slice(x, { axis, start, end, step });
  });
};

/** Pads were an attribute before opset 11; the axes they are for came with opset 18. */
const padded = (node: ImportedNode): Tensor => {
  const mode = node.text("mode", "constant");
  if (mode !== "constant") node.fail(`the mode "${mode}" is not supported, only "constant"`);
  const x = node.tensor(0);
  const pads = node.attributeOrInput("pads", 1) ?? [];
  const axes = node.inputs[3] === undefined ? range(x.rank) : node.numbers(3, "the axes");
  const value =
    node.inputs[2] === undefined ? node.float("value", 0) : (node.numbers(2, "the value")[0] ?? missing());
  return alongAxes(x, axes, (y, i, axis) => {
    const [before = 0, after = 0] = [pads[i], pads[i + axes.length]];
    return before === 0 && after === 0 ? y : pad(y, { axis, before, after, value });
  });
};

const split = (node: ImportedNode): Tensor[] => {
  const x = node.tensor(0);
  const axis = node.int("axis", 0);
  const parts = node.outputCount;
  const chunk = Math.ceil(x.size(axis) / parts);
  const sizes = node.attributeOrInput("split", 1) ?? Array<number>(parts).fill(chunk);
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return slice(x, { axis, start: end - size, end });
  });
};

/** Operators that change the shape and keep the elements. */
export const shapingImporters: Importers = {
  Reshape: (node) => reshape(node.tensor(0), target(node, node.tensor(0))),
  Flatten: (node) => {
    const x = node.tensor(0);
    const given = node.int("axis", 1);
    const axis = given < 0 ? given + x.rank : given;
    return reshape(x, [joined(node, x.shape.slice(0, axis)), joined(node, x.shape.slice(axis))]);
  },
  Transpose: (node) => {
    const x = node.tensor(0);
    return transpose(x, node.ints("perm") ?? range(x.rank).reverse());
  },
  Expand: (node) => {
    const x = node.tensor(0);
    return expand(x, broadcastShapes(node.label, x.shape, node.dims(1, "the shape")));
  },
  Squeeze: (node) => {
    const x = node.tensor(0);
    const axes = node.attributeOrInput("axes", 1)?.map((axis) => normalizeAxis(node.label, axis, x.shape));
    const stays = (dim: Dim, axis: number) => (axes ? !axes.includes(axis) : dim !== 1);
    return reshape(x, x.shape.filter(stays));
  },
  Unsqueeze: (node) => {
    const x = node.tensor(0);
    const axes = node.attributeOrInput("axes", 1) ?? [];
    const rank = x.rank + axes.length;
    const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
    const kept = x.shape.values();
    return reshape(
      x,
      range(rank).map((axis) => (added.includes(axis) ? 1 : (kept.next().value ?? 1))),
    );
  },
  Concat: (node) => concat(node.tensors(), node.int("axis", 0)),
  Slice: slices,
  Pad: padded,
  Split: split,
  ConstantOfShape: (node) => {
    const stored = node.stored("value");
    const { dtype, values } =
      stored === undefined ? { dtype: "float32" as const, values: [0] } : knownOf(stored);
    return full(node.dims(0, "the shape"), Number(values[0] ?? missing()), dtype);
  },
};
