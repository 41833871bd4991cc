import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Inputs, operator, type Written } from "../definition.js";
import { type Dim, fixedSize, formatShape, normalizeAxis, type Shape } from "../shape.js";
import { checkDType, checkTensor, checkTensors, type DType, node, type Tensor } from "../tensor.js";
import { typedArray } from "../values.js";
import { constant } from "./constant.js";
import { reshape, transpose } from "./shaping.js";

export interface SliceOptions {
  /** The axis to slice. @defaultValue 0 */
  readonly axis?: number;
  /** First index taken; negative counts from the end. @defaultValue 0 */
  readonly start?: number;
  /** Index before which to stop; negative counts from the end. @defaultValue the size of the axis */
  readonly end?: number;
  /** Distance between indices taken; negative walks backwards. @defaultValue 1 */
  readonly step?: number;
}

/** The first index that a slice takes from an axis of the given size, and how many, with the rules of `Array.prototype.slice`. */
export const sliceRange = (size: number, { start, end, step = 1 }: SliceOptions) => {
  const absolute = (index: number) => (index < 0 ? index + size : index);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamped = (index: number) => Math.min(Math.max(absolute(index), low), high);
  const from = start === undefined ? (step > 0 ? low : high) : clamped(start);
  const stop = end === undefined ? (step > 0 ? high : low) : clamped(end);
  const count = Math.max(0, Math.ceil((stop - from) / step));
  // An empty slice may start anywhere.
  return { first: count === 0 ? 0 : from, count };
};

type Cut = {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: 1 | -1;
};

const cutting: Written<readonly [Tensor], Cut> = {
  name: "slice",
  onnx: (emit, [x], { axis, start, end, step }) =>
    emit.node("Slice", [x, emit.ints([start]), emit.ints([end]), emit.ints([axis]), emit.ints([step])]),
  gradient: (g, y, [x], { axis, start, step }) => {
    const [size, count] = [x.size(axis), y.size(axis)];
    const before = count === 0 ? size : step > 0 ? start : start - count + 1;
    const after = size - before - count;
    return [pad(step > 0 ? g : slice(g, { axis, step: -1 }), { axis, before, after })];
  },
  polynomialIn: "all",
};

/** Part of one axis. A step other than 1 and -1 is written as a gather. */
export const slice = operator(cutting, (x: Tensor, options: SliceOptions): Tensor => {
  checkTensor("slice", x);
  requireKnown("slice", options, ["axis", "start", "end", "step"]);
  const { start = 0, end, step = 1 } = options;
  const axis = normalizeAxis("slice", options.axis ?? 0, x.shape);
  const size = fixedSize("slice", x.shape, axis);
  if (step === 0 || [start, end ?? 0, step].some((value) => !Number.isInteger(value))) {
    throw new SteepestError(
      `slice: start ${start}, end ${end} and step ${step} must be whole numbers, and the step not 0`,
    );
  }
  const { first, count } = sliceRange(size, options);
  if (step !== 1 && step !== -1) {
    const indices = Array.from({ length: count }, (_, i) => first + i * step);
    return gather(x, constant(indices, [count], "int64"), axis);
  }
  const last = first + step * count;
  // -1 would mean "the last element" to ONNX: an end far below zero means "past the first".
  const stop = last < 0 ? -size - 1 : last;
  return node({
    definition: cutting,
    inputs: [x],
    attributes: { axis, start: first, end: stop, step },
    shape: x.shape.map((dim, i) => (i === axis ? count : dim)),
    dtype: x.dtype,
  });
});

export interface PadOptions {
  /** The axis to lengthen. @defaultValue 0 */
  readonly axis?: number;
  /** Elements added in front. @defaultValue 0 */
  readonly before?: number;
  /** Elements added behind. @defaultValue 0 */
  readonly after?: number;
  /** What they hold. @defaultValue 0 */
  readonly value?: number;
}

type Padding = {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
  readonly value: number;
};

const padding: Written<readonly [Tensor], Padding> = {
  name: "pad",
  onnx: (emit, [x], { axis, before, after, value }) => {
    // For all axes, as in every version of ONNX. ONNX Runtime's transpose optimiser refuses models whose Pad names the axes it is for.
    const pads = [before, after].flatMap((count) => x.shape.map((_, i) => (i === axis ? count : 0)));
    return emit.node("Pad", [x, emit.ints(pads), emit.scalar(value, x.dtype)]);
  },
  gradient: (g, _y, [x], { axis, before }) => [slice(g, { axis, start: before, end: before + x.size(axis) })],
  polynomialIn: "all",
};

/** Adds elements of a constant value before and after one axis. */
export const pad = operator(padding, (x: Tensor, options: PadOptions): Tensor => {
  checkTensor("pad", x);
  const names = ["axis", "before", "after", "value"] as const;
  const { axis = 0, before = 0, after = 0, value = 0 } = requireKnown("pad", options, names);
  const along = normalizeAxis("pad", axis, x.shape);
  const size = fixedSize("pad", x.shape, along);
  if (!Number.isInteger(before) || !Number.isInteger(after) || before < 0 || after < 0) {
    throw new SteepestError(
      `pad: before ${before} and after ${after} must be whole numbers that are not negative`,
    );
  }
  if (before === 0 && after === 0) return x;
  return node({
    definition: padding,
    inputs: [x],
    attributes: { axis: along, before, after, value },
    shape: x.shape.map((dim, i) => (i === along ? size + before + after : dim)),
    dtype: x.dtype,
  });
});

const joining: Written<Inputs, { readonly axis: number }> = {
  name: "concat",
  onnx: (emit, xs, { axis }) => emit.node("Concat", xs, { axis }),
  gradient: (g, _y, xs, { axis }) => {
    let end = 0;
    return xs.map((x) => {
      const start = end;
      end += x.size(axis);
      return slice(g, { axis, start, end });
    });
  },
  polynomialIn: "all",
};

/** Joins tensors along one axis; all other sizes must agree. */
export const concat = operator(joining, (xs: readonly Tensor[], axis = 0): Tensor => {
  checkTensors("concat", xs);
  const [first] = xs;
  if (first === undefined) throw new SteepestError("concat: expected at least one tensor, got none");
  const along = normalizeAxis("concat", axis, first.shape);
  for (const x of xs) {
    const fits = x.rank === first.rank && x.shape.every((dim, i) => i === along || dim === first.shape[i]);
    if (!fits || x.dtype !== first.dtype) {
      throw new SteepestError(
        `concat: ${x.dtype} ${formatShape(x.shape)} does not join ${first.dtype} ${formatShape(first.shape)} along axis ${along}`,
      );
    }
  }
  const total = xs.reduce((sum, x) => sum + fixedSize("concat", x.shape, along), 0);
  return node({
    definition: joining,
    inputs: xs,
    attributes: { axis: along },
    shape: first.shape.map((dim, i) => (i === along ? total : dim)),
    dtype: first.dtype,
  });
});

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
