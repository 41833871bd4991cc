import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { operationOf, operator, type Written } from "../definition.js";
import { broadcastPlaces, picking, placesAlong, stridesOf } from "../places.js";
import {
  broadcastShapes,
  checkList,
  checkShape,
  countOf,
  type Dim,
  formatShape,
  isSymbolic,
  multipleOfBatch,
  normalizeAxis,
  type Shape,
  sameShape,
} from "../shape.js";
import { checkTensor, node, type Tensor } from "../tensor.js";
import { sumTo } from "./reduce.js";

/** The size that is left open (-1): what the others leave of all elements. NaN where they leave no whole number. */
const openSize = (x: Shape, others: Shape): Dim => {
  const [all, known] = [countOf(x), countOf(others)];
  const factor = all.fixed / known.fixed;
  const power = all.batches - known.batches;
  if (!Number.isInteger(factor) || power < 0 || power > 1) return Number.NaN;
  return power === 1 ? multipleOfBatch(factor) : factor;
};

/** What a tensor repeats, if it is an expanded one. */
const expandedFrom = (x: Tensor): Tensor | undefined => operationOf(x, expand)?.inputs[0];

/** What `x` repeats, where an operator with something of shape `other` would repeat it by itself; empty axes are left to `expand`. */
export const unexpanded = (x: Tensor, other: Shape): Tensor => {
  const source = x.shape.includes(0) ? undefined : expandedFrom(x);
  if (source === undefined) return x;
  const shape = broadcastShapes("expand", x.shape, other);
  return sameShape(broadcastShapes("expand", source.shape, other), shape) ? source : x;
};

type One = readonly [Tensor];

const reshaping: Written<One> = {
  name: "reshape",
  onnx: (emit, [x], _attributes, { shape }) => {
    // To ONNX, 0 means "as it was" unless told otherwise, and beside a true 0 nothing may be left open.
    if (shape.includes(0)) return emit.node("Reshape", [x, emit.shape(shape)], { allowzero: 1 });
    const isOpen = shape.filter(isSymbolic).length < 2;
    const target = isOpen ? emit.ints(shape.map((dim) => (isSymbolic(dim) ? -1 : dim))) : emit.shape(shape);
    return emit.node("Reshape", [x, target]);
  },
  gradient: (g, _y, [x]) => [reshape(g, x.shape)],
  direct:
    () =>
    ([x = missing()], into) =>
      into.set(x),
  polynomialIn: "all",
};

/**
 * The same elements in another shape. One size may be -1: it follows from the others. The batch may be joined with other axes:
 * `[batch, 4, 5]` becomes `["4*batch", 5]`.
 */
export const reshape = operator(reshaping, (x: Tensor, shape: readonly (Dim | -1)[]): Tensor => {
  checkTensor("reshape", x);
  checkList("reshape", "a shape such as [batch, -1]", shape);
  const known = shape.filter((dim) => dim !== -1);
  const resolved = shape.map((dim) => (dim === -1 ? openSize(x.shape, known) : dim));
  const [before, after] = [countOf(x.shape), countOf(resolved)];
  const fits =
    shape.length - known.length <= 1 && after.fixed === before.fixed && after.batches === before.batches;
  if (!fits) {
    throw new SteepestError(
      `reshape: shape ${formatShape(x.shape)} cannot become ${formatShape(shape)}: the number of elements differs`,
    );
  }
  if (sameShape(x.shape, resolved)) return x;
  const source = expandedFrom(x);
  if (source?.shape.every((dim) => dim === 1) && source.rank <= resolved.length) {
    return expand(source, resolved);
  }
  return node({ definition: reshaping, inputs: [x], attributes: {}, shape: resolved, dtype: x.dtype });
});

/** All axes but the first in one: `[batch, 28, 28]` becomes `[batch, 784]`. */
export const flatten = (x: Tensor): Tensor => {
  checkTensor("flatten", x);
  return reshape(x, [x.shape[0] ?? 1, countOf(x.shape.slice(1)).fixed]);
};

const permuting: Written<One, { readonly permutation: readonly number[] }> = {
  name: "transpose",
  onnx: (emit, [x], { permutation }) => emit.node("Transpose", [x], { perm: permutation }),
  gradient: (g, _y, _inputs, { permutation }) => [
    transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  direct: ([x], { permutation }, y) => {
    const strides = stridesOf(x.shape);
    return picking(
      placesAlong(
        y.shape,
        permutation.map((axis) => strides[axis] ?? missing()),
      ),
    );
  },
  polynomialIn: "all",
};

/** Axes in another order; without one, the last two are exchanged. */
export const transpose = operator(permuting, (x: Tensor, permutation?: readonly number[]): Tensor => {
  checkTensor("transpose", x);
  if (permutation !== undefined) checkList("transpose", "a list of axes", permutation);
  const identity = x.shape.map((_, axis) => axis);
  const order = permutation
    ? permutation.map((axis) => normalizeAxis("transpose", axis, x.shape))
    : [...identity.slice(0, -2), ...identity.slice(-2).reverse()];
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new SteepestError(
      `transpose: [${order}] is not a permutation of the ${x.rank} axes of shape ${formatShape(x.shape)}`,
    );
  }
  return node({
    definition: permuting,
    inputs: [x],
    attributes: { permutation: order },
    shape: order.map((axis) => x.shape[axis] ?? missing()),
    dtype: x.dtype,
  });
});

const repeating: Written<One> = {
  name: "expand",
  onnx: (emit, [x], _attributes, { shape }) => emit.node("Expand", [x, emit.shape(shape)]),
  gradient: (g, _y, [x]) => [sumTo(g, x.shape)],
  direct: ([x], _attributes, y) => picking(broadcastPlaces(x.shape, y.shape)),
  polynomialIn: "all",
  // A kernel's arrays are of one shape, so that what is repeated is the same for every element.
  lanes: (_on, [x = missing()]) => x,
};

/** Repeats axes of size 1, and adds leading axes, to reach a shape. */
export const expand = operator(repeating, (x: Tensor, shape: Shape): Tensor => {
  checkTensor("expand", x);
  checkShape("expand", shape);
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes("expand", x.shape, shape), shape)) {
    throw new SteepestError(
      `expand: shape ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}`,
    );
  }
  const source = expandedFrom(x);
  if (source) return expand(source, shape);
  return node({ definition: repeating, inputs: [x], attributes: {}, shape, dtype: x.dtype });
});
