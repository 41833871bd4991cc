import { concat, expand, full, pad, reshape, slice, type Tensor, transpose } from "../../graph/index.js";
import {
  broadcastShapes,
  type Dim,
  fixedSize,
  formatShape,
  normalizeAxis,
  type Shape,
} from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { fillValue } from "./constants.js";
import { product } from "./dims.js";
import type { ImportedNode, Importers } from "./node.js";
import { knownOf } from "./value.js";

/** The size of several axes taken as one. */
export const joined = (node: ImportedNode, dims: Shape): Dim => {
  const size = product(dims);
  return size === undefined || typeof size === "bigint"
    ? node.fail(`it cannot join the axes ${formatShape(dims)} into one`)
    : size;
};

/** What a Reshape asks for, where 0 keeps an axis. */
const target = (node: ImportedNode, x: Tensor): (Dim | -1)[] => {
  const keepsZero = node.flag("allowzero");
  return node
    .dims(1, "the shape")
    .map((dim, axis) =>
      dim === 0 && !keepsZero
        ? (x.shape[axis] ?? node.fail(`its shape keeps axis ${axis}, which ${formatShape(x.shape)} lacks`))
        : dim,
    );
};

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Axes that are named, each once, counted from 0 in a shape of the given rank. */
const namedAxes = (node: ImportedNode, axes: readonly number[], shape: Shape): number[] => {
  const normal = axes.map((axis) => normalizeAxis(node.label, axis, shape));
  return new Set(normal).size === normal.length ? normal : node.fail(`its axes ${axes} name one twice`);
};

/** As many numbers as there are axes. */
const perAxis = (
  node: ImportedNode,
  what: string,
  values: readonly number[] | undefined,
  count: number,
): readonly number[] => {
  if (values === undefined) return node.fail(`${what} are missing`);
  return values.length === count
    ? values
    : node.fail(`${what} are ${values.length} numbers for ${count} axes`);
};

/** Reads starts, ends, axes and steps: attributes before opset 10, inputs since. */
const slices = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const starts = node.attributeOrInput("starts", 1) ?? node.fail("starts are missing");
  const axes = namedAxes(node, node.attributeOrInput("axes", 3) ?? range(starts.length), x.shape);
  perAxis(node, "starts", starts, axes.length);
  const ends = perAxis(node, "ends", node.attributeOrInput("ends", 2), axes.length);
  const steps = perAxis(node, "steps", node.attributeOrInput("steps", 4) ?? starts.map(() => 1), axes.length);
  return axes.reduce((y, axis, i) => {
    const [start, end, step] = [starts[i] ?? missing(), ends[i] ?? missing(), steps[i] ?? missing()];
    // What is taken whole may be the batch.
    const isWhole = start === 0 && step === 1 && end >= 2 ** 31 - 1;
    return isWhole ? y : slice(y, { axis, start, end, step });
  }, x);
};

/** Pads were an attribute before opset 11; the axes they are for came with opset 18. Negative ones take elements away. */
const padded = (node: ImportedNode): Tensor => {
  const mode = node.text("mode", "constant");
  if (mode !== "constant") node.fail(`the mode "${mode}" is not supported, only "constant"`);
  const x = node.tensor(0);
  const axes = namedAxes(
    node,
    node.inputs[3] === undefined ? range(x.rank) : node.wholes(3, "the axes"),
    x.shape,
  );
  const pads = perAxis(node, "pads", node.attributeOrInput("pads", 1), 2 * axes.length);
  const value = node.inputs[2] === undefined ? node.float("value", 0) : node.number(2, "the value");
  return axes.reduce((y, axis, i) => {
    const [before, after] = [pads[i] ?? missing(), pads[i + axes.length] ?? missing()];
    if (before === 0 && after === 0) return y;
    const lost = { before: Math.max(0, -before), after: Math.max(0, -after) };
    const end = fixedSize(node.label, y.shape, axis) - lost.after;
    const isCropped = lost.before > 0 || lost.after > 0;
    const kept = isCropped ? slice(y, { axis, start: lost.before, end: Math.max(0, end) }) : y;
    return pad(kept, { axis, before: Math.max(0, before), after: Math.max(0, after), value });
  }, x);
};

/** Equal parts unless told otherwise; where there is a rest, the last is smaller. */
const split = (node: ImportedNode): Tensor[] => {
  const x = node.tensor(0);
  const axis = normalizeAxis(node.label, node.int("axis", 0), x.shape);
  const parts = node.outputCount;
  const size = fixedSize(node.label, x.shape, axis);
  const chunk = Math.ceil(size / parts);
  const equal = range(parts).map((i) => Math.max(0, Math.min(chunk, size - i * chunk)));
  const sizes = node.attributeOrInput("split", 1) ?? equal;
  const total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.length !== parts || total !== size || sizes.some((part) => part < 0)) {
    node.fail(
      `the sizes [${sizes}] do not split axis ${axis} of ${formatShape(x.shape)} into ${parts} parts`,
    );
  }
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
  return sizes.map((part, i) => {
    const end = ends[i] ?? missing();
    return slice(x, { axis, start: end - part, end });
  });
};

const unsqueezed = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const axes = node.attributeOrInput("axes", 1) ?? node.fail("axes are missing");
  const ones: Shape = range(x.rank + axes.length).map(() => 1);
  const added = namedAxes(node, axes, ones);
  const kept = x.shape.values();
  return reshape(
    x,
    ones.map((one, axis) => (added.includes(axis) ? one : (kept.next().value ?? missing()))),
  );
};

/** Operators that change the shape and keep the elements. */
export const shapingImporters: Importers = {
  Reshape: (node) => reshape(node.tensor(0), target(node, node.tensor(0))),
  Flatten: (node) => {
    const x = node.tensor(0);
    const given = node.int("axis", 1);
    const axis = given === x.rank ? x.rank : normalizeAxis(node.label, given, x.shape);
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
    const given = node.attributeOrInput("axes", 1);
    const axes = given && namedAxes(node, given, x.shape);
    const stays = (dim: Dim, axis: number) => (axes ? !axes.includes(axis) : dim !== 1);
    return reshape(x, x.shape.filter(stays));
  },
  Unsqueeze: unsqueezed,
  Concat: (node) => concat(node.tensors(), node.int("axis", 0)),
  Slice: slices,
  Pad: padded,
  Split: split,
  ConstantOfShape: (node) => {
    const { dtype, values } = knownOf(fillValue(node));
    return full(node.dims(0, "the shape"), Number(values[0] ?? missing()), dtype);
  },
};
