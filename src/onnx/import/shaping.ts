import { concat, expand, full, reshape, type Tensor, transpose } from "../../graph/index.js";
import { broadcastShapes, type Dim, formatShape, normalizeAxis, type Shape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { namedAxes, range } from "./axes.js";
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
    const axis = given === x.rank ? x.rank : normalizeAxis(node.proto.opType, given, x.shape);
    return reshape(x, [joined(node, x.shape.slice(0, axis)), joined(node, x.shape.slice(axis))]);
  },
  Transpose: (node) => {
    const x = node.tensor(0);
    return transpose(x, node.ints("perm") ?? range(x.rank).reverse());
  },
  Expand: (node) => {
    const x = node.tensor(0);
    return expand(x, broadcastShapes(node.proto.opType, x.shape, node.dims(1, "the shape")));
  },
  Squeeze: (node) => {
    const x = node.tensor(0);
    const axes = namedAxes(node, node.attributeOrInput("axes", 1) ?? [], x.shape);
    const stays = (dim: Dim, axis: number) => (axes.length > 0 ? !axes.includes(axis) : dim !== 1);
    return reshape(x, x.shape.filter(stays));
  },
  Unsqueeze: unsqueezed,
  Concat: (node) => concat(node.tensors(), node.int("axis", 0)),
  ConstantOfShape: (node) => {
    const { dtype, values } = knownOf(fillValue(node));
    return full(node.dims(0, "the shape"), Number(values[0] ?? missing()), dtype);
  },
};
