import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Dim, fixedSize, formatShape, normalizeAxis } from "../shape.js";
import { checkDType, checkTensor, checkTensors, type DType, node, type Tensor } from "../tensor.js";
import { cast } from "./comparison.js";
import { constant, scalar } from "./constant.js";
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

/** Part of one axis. A step other than 1 and -1 is written as a gather. */
export const slice = (x: Tensor, options: SliceOptions): Tensor => {
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
  if (Math.abs(step) !== 1) {
    const indices = Array.from({ length: count }, (_, i) => first + i * step);
    return gather(x, constant(indices, [count], "int64"), axis);
  }
  const last = first + step * count;
  // -1 would mean "the last element" to ONNX: an end far below zero means "past the first".
  const stop = last < 0 ? -size - 1 : last;
  const low = Math.min(first, last - step);
  return node({
    name: "slice",
    inputs: [x],
    shape: x.shape.map((dim, i) => (i === axis ? count : dim)),
    dtype: x.dtype,
    attributes: { axis, start: first, end: stop, step },
    onnx: (emit) =>
      emit.node("Slice", [x, emit.ints([first]), emit.ints([stop]), emit.ints([axis]), emit.ints([step])]),
    gradient: (g) => {
      const forward = step > 0 ? g : slice(g, { axis, step: -1 });
      return [
        pad(forward, {
          axis,
          before: count ? low : size,
          after: count ? size - low - count : 0,
        }),
      ];
    },
  });
};

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

/** Adds elements of a constant value before and after one axis. */
export const pad = (x: Tensor, options: PadOptions): Tensor => {
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
  const added = scalar(value, x.dtype);
  return node({
    name: "pad",
    inputs: [x],
    shape: x.shape.map((dim, i) => (i === along ? size + before + after : dim)),
    dtype: x.dtype,
    attributes: { axis: along, before, after, value },
    onnx: (emit) => {
      // For all axes: ONNX Runtime's transpose optimiser refuses models whose Pad names the axes it is for.
      const pads = [before, after].flatMap((count) => x.shape.map((_, i) => (i === along ? count : 0)));
      return emit.node("Pad", [x, emit.ints(pads), added]);
    },
    gradient: (g) => [slice(g, { axis: along, start: before, end: before + size })],
  });
};

/** Joins tensors along one axis; all other sizes must agree. */
export const concat = (xs: readonly Tensor[], axis = 0): Tensor => {
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
  const sizes = xs.map((x) => fixedSize("concat", x.shape, along));
  const ends: number[] = [];
  for (const size of sizes) ends.push((ends.at(-1) ?? 0) + size);
  return node({
    name: "concat",
    inputs: xs,
    shape: first.shape.map((dim, i) => (i === along ? (ends.at(-1) ?? missing()) : dim)),
    dtype: first.dtype,
    attributes: { axis: along },
    onnx: (emit) => emit.node("Concat", xs, { axis: along }),
    gradient: (g) =>
      sizes.map((size, i) => {
        const end = ends[i] ?? missing();
        return slice(g, { axis: along, start: end - size, end });
      }),
  });
};

/** The slices of `x` along one axis that `indices` (int64, any shape) names; that axis is replaced by theirs. */
export const gather = (x: Tensor, indices: Tensor, axis = 0): Tensor => {
  checkTensor("gather", x);
  checkDType("gather: indices", indices, ["int64"]);
  const along = normalizeAxis("gather", axis, x.shape);
  const front = [...indices.shape.keys()].map((i) => i + along);
  return node({
    name: "gather",
    inputs: [x, indices],
    shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)],
    dtype: x.dtype,
    attributes: { axis: along },
    onnx: (emit) => emit.node("Gather", [x, indices], { axis: along }),
    gradient: (g) => {
      // Bring the gathered axes to the front, add up there, and put the axis back in its place.
      const others = [...g.shape.keys()].filter((i) => !front.includes(i));
      const scattered = scatterAdd(transpose(g, [...front, ...others]), indices, x.shape[along] ?? missing());
      const back = [...x.shape.keys()].map((i) => (i === along ? 0 : i < along ? i + 1 : i));
      return [transpose(scattered, back), undefined];
    },
  });
};

/** Adds each `updates[i]` to row `indices[i]` of a zero tensor with `size` rows: the gradient of `gather` on axis 0. */
export const scatterAdd = (updates: Tensor, indices: Tensor, size: Dim): Tensor => {
  checkTensor("scatterAdd", updates);
  checkDType("scatterAdd: indices", indices, ["int64"]);
  if (indices.shape.some((dim, i) => dim !== updates.shape[i])) {
    throw new SteepestError(
      `scatterAdd: updates ${formatShape(updates.shape)} must begin with the shape of the indices ${formatShape(indices.shape)}`,
    );
  }
  const shape = [size, ...updates.shape.slice(indices.rank)];
  const column = reshape(indices, [...indices.shape, 1]);
  return node({
    name: "scatterAdd",
    inputs: [updates, indices],
    shape,
    dtype: updates.dtype,
    attributes: { size: String(size) },
    onnx: (emit) => {
      const zeros = emit.node("Expand", [scalar(0, updates.dtype), emit.shape(shape)]);
      return emit.node("ScatterND", [zeros, column, updates], { reduction: "add" });
    },
    gradient: (g) => [gather(g, indices, 0), undefined],
  });
};

/** 1 at the index named, 0 elsewhere, along a new last axis of the given depth. */
export const oneHot = (indices: Tensor, depth: number, dtype: DType = "float32"): Tensor => {
  checkDType("oneHot: indices", indices, ["int64"]);
  // ONNX's OneHot takes no scalar.
  if (indices.rank === 0) return reshape(oneHot(reshape(indices, [1]), depth, dtype), [depth]);
  const ones = node({
    name: "oneHot",
    inputs: [indices],
    shape: [...indices.shape, depth],
    dtype: "float32",
    attributes: { depth },
    onnx: (emit) =>
      emit.node("OneHot", [indices, emit.scalar(depth, "int64"), constant([0, 1], [2])], { axis: -1 }),
    gradient: () => [undefined],
  });
  return cast(ones, dtype);
};

/**
 * The index (int64) of the largest element along an axis, the last by default; the first of equal ones. Where an element is NaN it is any:
 * an index cannot say so, `max` does.
 */
export const argMax = (x: Tensor, axis = -1): Tensor => {
  checkTensor("argMax", x);
  const along = normalizeAxis("argMax", axis, x.shape);
  return node({
    name: "argMax",
    inputs: [x],
    shape: x.shape.filter((_, i) => i !== along),
    dtype: "int64",
    attributes: { axis: along },
    onnx: (emit) => emit.node("ArgMax", [x], { axis: along, keepdims: 0 }),
    gradient: () => [undefined],
  });
};
