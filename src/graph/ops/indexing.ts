import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { operator, type Written } from "../definition.js";
import { type Dim, formatShape, normalizeAxis, type Shape } from "../shape.js";
import { checkDType, checkTensor, type DType, node, type Tensor } from "../tensor.js";
import { typedArray } from "../values.js";
import { reshape, transpose } from "./shaping.js";

const looking: Written<readonly [x: Tensor, indices: Tensor], { readonly axis: number }> = {
  name: "gather",
  onnx: (emit, inputs, { axis }) => emit.node("Gather", inputs, { axis }),
  gradient: (g, _y, [x, indices], { axis }) => {
    // Bring the gathered axes to the front, add up there, and put the axis back in its place.
    const front = [...indices.shape.keys()].map((i) => i + axis);
    const others = [...g.shape.keys()].filter((i) => !front.includes(i));
    const scattered = scatterAdd(transpose(g, [...front, ...others]), indices, x.shape[axis] ?? missing());
    const back = [...x.shape.keys()].map((i) => (i === axis ? 0 : i < axis ? i + 1 : i));
    return [transpose(scattered, back), undefined];
  },
  polynomialIn: [0],
};

/** The slices of `x` along one axis that `indices` (int64, any shape) names; that axis is replaced by theirs. */
export const gather = operator(looking, (x: Tensor, indices: Tensor, axis = 0): Tensor => {
  checkTensor("gather", x);
  checkDType("gather: indices", indices, ["int64"]);
  const along = normalizeAxis("gather", axis, x.shape);
  return node({
    definition: looking,
    inputs: [x, indices],
    attributes: { axis: along },
    shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)],
    dtype: x.dtype,
  });
});

const adding: Written<readonly [updates: Tensor, indices: Tensor]> = {
  name: "scatterAdd",
  onnx: (emit, [updates, indices], _attributes, { shape }) => {
    const zeros = emit.node("Expand", [emit.scalar(0, updates.dtype), emit.shape(shape)]);
    const column = emit.node("Unsqueeze", [indices, emit.ints([indices.rank])]);
    return emit.node("ScatterND", [zeros, column, updates], { reduction: "add" });
  },
  gradient: (g, _y, [, indices]) => [gather(g, indices, 0), undefined],
  terms: ([, indices], _attributes, _y, count) => count(indices.shape),
  polynomialIn: [0],
};

/** Adds each `updates[i]` to row `indices[i]` of a zero tensor with `size` rows: the gradient of `gather` on axis 0. */
export const scatterAdd = operator(adding, (updates: Tensor, indices: Tensor, size: Dim): Tensor => {
  checkTensor("scatterAdd", updates);
  checkDType("scatterAdd: indices", indices, ["int64"]);
  if (indices.shape.some((dim, i) => dim !== updates.shape[i])) {
    throw new SteepestError(
      `scatterAdd: updates ${formatShape(updates.shape)} must begin with the shape of the indices ${formatShape(indices.shape)}`,
    );
  }
  return node({
    definition: adding,
    inputs: [updates, indices],
    attributes: {},
    shape: [size, ...updates.shape.slice(indices.rank)],
    dtype: updates.dtype,
  });
});

/** Throws unless indices name elements along an axis of a shape: the other axes must be alike. */
const checkAlong = (operator: string, shape: Shape, indices: Tensor, along: number): void => {
  checkDType(`${operator}: indices`, indices, ["int64"]);
  const fits =
    indices.rank === shape.length && indices.shape.every((dim, i) => i === along || dim === shape[i]);
  if (fits) return;
  throw new SteepestError(
    `${operator}: indices ${formatShape(indices.shape)} must be like ${formatShape(shape)} on all axes but axis ${along}`,
  );
};

const picking: Written<readonly [x: Tensor, indices: Tensor], { readonly axis: number }> = {
  name: "gatherAlong",
  onnx: (emit, inputs, { axis }) => emit.node("GatherElements", inputs, { axis }),
  gradient: (g, _y, [x, indices], { axis }) => [
    scatterAlong(g, indices, x.shape[axis] ?? missing(), axis),
    undefined,
  ],
  polynomialIn: [0],
};

/** Along one axis the elements of `x` that `indices` (int64, like x on the other axes) names at each place: `y[i, j] = x[indices[i, j], j]`. */
export const gatherAlong = operator(picking, (x: Tensor, indices: Tensor, axis = 0): Tensor => {
  checkTensor("gatherAlong", x);
  const along = normalizeAxis("gatherAlong", axis, x.shape);
  checkAlong("gatherAlong", x.shape, indices, along);
  return node({
    definition: picking,
    inputs: [x, indices],
    attributes: { axis: along },
    shape: indices.shape,
    dtype: x.dtype,
  });
});

const putting: Written<readonly [updates: Tensor, indices: Tensor], { readonly axis: number }> = {
  name: "scatterAlong",
  onnx: (emit, [updates, indices], { axis }, { shape }) => {
    const zeros = emit.node("Expand", [emit.scalar(0, updates.dtype), emit.shape(shape)]);
    return emit.node("ScatterElements", [zeros, indices, updates], { axis, reduction: "add" });
  },
  gradient: (g, _y, [, indices], { axis }) => [gatherAlong(g, indices, axis), undefined],
  terms: ([updates], { axis }, _y, count) => count([updates.shape[axis] ?? missing()]),
  polynomialIn: [0],
};

/** Adds each of `updates` along one axis at the index that `indices` names, into zeros of `size` on that axis: the gradient of `gatherAlong`. */
export const scatterAlong = operator(
  putting,
  (updates: Tensor, indices: Tensor, size: Dim, axis = 0): Tensor => {
    checkTensor("scatterAlong", updates);
    const along = normalizeAxis("scatterAlong", axis, updates.shape);
    checkAlong("scatterAlong", updates.shape, indices, along);
    if (indices.shape[along] !== updates.shape[along]) {
      throw new SteepestError(
        `scatterAlong: updates ${formatShape(updates.shape)} must have the shape of the indices ${formatShape(indices.shape)}`,
      );
    }
    return node({
      definition: putting,
      inputs: [updates, indices],
      attributes: { axis: along },
      shape: updates.shape.map((dim, i) => (i === along ? size : dim)),
      dtype: updates.dtype,
    });
  },
);

const marking: Written<readonly [indices: Tensor], { readonly depth: number }> = {
  name: "oneHot",
  onnx: (emit, [indices], { depth }, { dtype }) => {
    const values = emit.constant(typedArray(dtype, [0, 1]), [2], dtype);
    return emit.node("OneHot", [indices, emit.scalar(depth, "int64"), values], { axis: -1 });
  },
  gradient: () => [undefined],
};

/** 1 at the index named, 0 elsewhere, along a new last axis of the given depth. */
export const oneHot = operator(
  marking,
  (indices: Tensor, depth: number, dtype: DType = "float32"): Tensor => {
    checkDType("oneHot: indices", indices, ["int64"]);
    // ONNX's OneHot takes no scalar.
    if (indices.rank === 0) return reshape(oneHot(reshape(indices, [1]), depth, dtype), [depth]);
    return node({
      definition: marking,
      inputs: [indices],
      attributes: { depth },
      shape: [...indices.shape, depth],
      dtype,
    });
  },
);

const finding: Written<readonly [Tensor], { readonly axis: number }> = {
  name: "argMax",
  onnx: (emit, [x], { axis }) => emit.node("ArgMax", [x], { axis, keepdims: 0 }),
  gradient: () => [undefined],
};

/**
 * The index (int64) of the largest element along an axis, the last by default; the first of equal ones. Where an element is NaN it is any:
 * an index cannot say so, `max` does.
 */
export const argMax = operator(finding, (x: Tensor, axis = -1): Tensor => {
  checkTensor("argMax", x);
  const along = normalizeAxis("argMax", axis, x.shape);
  return node({
    definition: finding,
    inputs: [x],
    attributes: { axis: along },
    shape: x.shape.filter((_, i) => i !== along),
    dtype: "int64",
  });
});
