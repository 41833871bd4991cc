import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Inputs, operator, type Written } from "../definition.js";
import { picking, placesAlong, stridesOf } from "../places.js";
import { fixedSize, formatShape, normalizeAxis } from "../shape.js";
import { checkTensor, checkTensors, node, type Tensor } from "../tensor.js";
import { constant } from "./constant.js";
import { gather } from "./indexing.js";
import { expand } from "./shaping.js";

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
  direct: ([x], { axis, start, step }, y) => {
    const strides = stridesOf(x.shape);
    const stride = strides[axis] ?? missing();
    return picking(placesAlong(y.shape, strides.with(axis, step * stride), start * stride));
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

export type PadMode = "constant" | "edge" | "reflect" | "wrap";

export interface PadOptions {
  /** The axis to lengthen. @defaultValue 0 */
  readonly axis?: number;
  /** Elements added in front. @defaultValue 0 */
  readonly before?: number;
  /** Elements added behind. @defaultValue 0 */
  readonly after?: number;
  /**
   * What they are: a `value`, the first and the last element again ("edge"), the elements mirrored at these ("reflect"), or those of the other end
   * ("wrap").
   *
   * @defaultValue "constant"
   */
  readonly mode?: PadMode;
  /** What they hold in mode "constant". @defaultValue 0 */
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
  direct: ([x], { axis, before, value }, y) => {
    const strides = stridesOf(y.shape);
    const places = placesAlong(x.shape, strides, before * (strides[axis] ?? missing()));
    return ([values = missing()], into) => {
      into.fill(value);
      for (let i = 0; i < places.length; i++) into[places[i] ?? 0] = values[i] ?? missing();
    };
  },
  polynomialIn: "all",
};

/** The elements that a mode other than "constant" adds before and after an axis: each is a linear function of x. */
const borders: Record<
  Exclude<PadMode, "constant">,
  (x: Tensor, axis: number, before: number, after: number) => readonly [before: Tensor, after: Tensor]
> = {
  edge: (x, axis, before, after) => [
    repeated(slice(x, { axis, end: 1 }), axis, before),
    repeated(slice(x, { axis, start: -1 }), axis, after),
  ],
  reflect: (x, axis, before, after) => [
    backwards(slice(x, { axis, start: 1, end: before + 1 }), axis),
    backwards(slice(x, { axis, start: x.size(axis) - 1 - after, end: x.size(axis) - 1 }), axis),
  ],
  wrap: (x, axis, before, after) => [
    slice(x, { axis, start: x.size(axis) - before }),
    slice(x, { axis, end: after }),
  ],
};

const repeated = (x: Tensor, axis: number, count: number): Tensor => expand(x, x.shape.with(axis, count));
const backwards = (x: Tensor, axis: number): Tensor => slice(x, { axis, step: -1 });

/** How many elements of an axis a mode can add on one side. */
const most = (mode: Exclude<PadMode, "constant">, size: number): number =>
  ({ edge: size > 0 ? Number.POSITIVE_INFINITY : 0, reflect: Math.max(0, size - 1), wrap: size })[mode];

/** Adds elements before and after one axis. */
export const pad = operator(padding, (x: Tensor, options: PadOptions): Tensor => {
  checkTensor("pad", x);
  const names = ["axis", "before", "after", "mode", "value"] as const;
  const { axis = 0, before = 0, after = 0, mode = "constant", value } = requireKnown("pad", options, names);
  const along = normalizeAxis("pad", axis, x.shape);
  const size = fixedSize("pad", x.shape, along);
  if (!Number.isInteger(before) || !Number.isInteger(after) || before < 0 || after < 0) {
    throw new SteepestError(
      `pad: before ${before} and after ${after} must be whole numbers that are not negative`,
    );
  }
  if (mode !== "constant" && !Object.hasOwn(borders, mode)) {
    throw new SteepestError(
      `pad: mode must be "constant", "edge", "reflect" or "wrap", got ${givenText(mode)}`,
    );
  }
  if (before === 0 && after === 0) return x;
  if (mode === "constant") {
    return node({
      definition: padding,
      inputs: [x],
      attributes: { axis: along, before, after, value: value ?? 0 },
      shape: x.shape.map((dim, i) => (i === along ? size + before + after : dim)),
      dtype: x.dtype,
    });
  }
  if (value !== undefined) throw new SteepestError(`pad: mode "${mode}" takes no value; leave ${value} out`);
  if (Math.max(before, after) > most(mode, size)) {
    throw new SteepestError(
      `pad: mode "${mode}" adds at most ${most(mode, size)} elements to a side of ${size}, got ${before} before and ${after} after`,
    );
  }
  const [front, behind] = borders[mode](x, along, before, after);
  const parts = [...(before > 0 ? [front] : []), x, ...(after > 0 ? [behind] : [])];
  return concat(parts, along);
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
  direct: (xs, { axis }, y) => {
    const strides = stridesOf(y.shape);
    let before = 0;
    const places = xs.map((x) => {
      const own = placesAlong(x.shape, strides, before * (strides[axis] ?? missing()));
      before += x.size(axis);
      return own;
    });
    return (values, into) =>
      places.forEach((own, part) => {
        for (let i = 0; i < own.length; i++) into[own[i] ?? 0] = values[part]?.[i] ?? missing();
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
