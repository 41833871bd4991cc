import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { type Operator, operator, type Traits, type Written } from "../definition.js";
import { floats, numbers } from "../dtype.js";
import { placesAlong, stridesOf } from "../places.js";
import { countOf, type Dim, normalizeAxes, type Shape, sameShape } from "../shape.js";
import { checkDType, type DType, node, type Tensor } from "../tensor.js";
import { square } from "./arithmetic.js";
import { cast, equal, where } from "./comparison.js";
import { batchSize, scalar } from "./constant.js";
import { exp, stopGradient } from "./elementwise.js";
import { expand, reshape } from "./shaping.js";

export type Axes = number | readonly number[];

export interface ReduceOptions {
  /** Keep the reduced axes with size 1. @defaultValue false */
  readonly keepDims?: boolean;
}

const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Dim[] =>
  shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));

type Folded = {
  readonly axes: readonly number[];
  readonly keepDims: 0 | 1;
};

/** A function that folds some axes of a tensor, all by default. */
export type Reduction = Operator<
  (x: Tensor, axes?: Axes, options?: ReduceOptions) => Tensor,
  readonly [Tensor],
  Folded
>;

interface Folding extends Pick<Traits, "fold" | "polynomialIn"> {
  /** Folds the elements that become one, `x[first]` and those at the `offsets` from it. */
  readonly folded: (x: Float64Array, first: number, offsets: Int32Array) => number;
  readonly name: string;
  /** Its ONNX type. */
  readonly type: string;
  /** Receives g and y with the folded axes kept, so that both broadcast against x. */
  readonly gradient: (g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]) => Tensor;
  readonly dtypes: readonly DType[];
}

/** An operator that folds axes. */
const reduction = ({ name, type, gradient, dtypes, folded, ...traits }: Folding): Reduction => {
  const definition: Written<readonly [Tensor], Folded> = {
    name,
    onnx: (emit, [x], { axes, keepDims }) => emit.node(type, [x, emit.ints(axes)], { keepdims: keepDims }),
    gradient: (g, y, [x], { axes }) => {
      const kept = reducedShape(x.shape, axes, true);
      return [gradient(reshape(g, kept), x, reshape(y, kept), axes)];
    },
    direct: ([{ shape }], { axes }) => {
      const strides = stridesOf(shape);
      const along = (isFolded: boolean) => {
        const chosen = shape.flatMap((_, axis) => (axes.includes(axis) === isFolded ? [axis] : []));
        return placesAlong(
          chosen.map((axis) => shape[axis] ?? missing()),
          chosen.map((axis) => strides[axis] ?? missing()),
        );
      };
      const [starts, offsets] = [along(false), along(true)];
      return ([x = missing()], into) => {
        for (let i = 0; i < into.length; i++) into[i] = folded(x, starts[i] ?? 0, offsets);
      };
    },
    terms: ([x], { axes }, _y, count) => count(axes.map((axis) => x.shape[axis] ?? missing())),
    ...traits,
  };
  return operator(definition, (x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor => {
    checkDType(name, x, dtypes);
    const { keepDims = false } = requireKnown(name, options, ["keepDims"]);
    const folded = normalizeAxes(name, axes, x.shape);
    if (folded.length === 0) return x;
    return node({
      definition,
      inputs: [x],
      attributes: { axes: folded, keepDims: keepDims ? 1 : 0 },
      shape: reducedShape(x.shape, folded, keepDims),
      dtype: x.dtype,
    });
  });
};

/** How many elements the given axes hold together: a number, or a scalar tensor where the batch is among them. */
const foldedCount = (x: Tensor, axes: readonly number[]): Tensor | number => {
  const { fixed, batches } = countOf(axes.map((axis) => x.shape[axis] ?? missing()));
  const sizes = Array.from({ length: batches }, () => batchSize(x.dtype));
  return sizes.reduce<Tensor | number>((count, size) => size.mul(count), fixed);
};

const total = (x: Float64Array, first: number, offsets: Int32Array): number => {
  let sum = 0;
  for (let i = 0; i < offsets.length; i++) sum += x[first + (offsets[i] ?? 0)] ?? 0;
  return sum;
};

/** The extreme element by a comparison, NaN where one is. */
const most =
  (choose: (a: number, b: number) => number): Folding["folded"] =>
  (x, first, offsets) =>
    offsets.reduce((best, offset) => choose(best, x[first + offset] ?? missing()), x[first] ?? missing());

/** Sum over the given axes, all by default. */
export const sum = reduction({
  folded: total,
  name: "sum",
  type: "ReduceSum",
  gradient: (g, x) => expand(g, x.shape),
  dtypes: numbers,
  fold: "sum",
  polynomialIn: "all",
});

/** Mean over the given axes, all by default. */
export const mean = reduction({
  folded: (x, first, offsets) => total(x, first, offsets) / offsets.length,
  name: "mean",
  type: "ReduceMean",
  gradient: (g, x, _y, axes) => expand(g.div(foldedCount(x, axes)), x.shape),
  dtypes: floats,
  fold: "mean",
  polynomialIn: "all",
});

const extremeGradient = (g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor => {
  const chosen = cast(equal(x, y), g.dtype);
  return g.div(sum(chosen, axes, { keepDims: true })).mul(chosen);
};

/** ONNX's ReduceMax and ReduceMin, which say nothing about NaN. */
export const largest = reduction({
  folded: most(Math.max),
  name: "max",
  type: "ReduceMax",
  gradient: extremeGradient,
  dtypes: numbers,
  fold: "max",
});
export const smallest = reduction({
  folded: most(Math.min),
  name: "min",
  type: "ReduceMin",
  gradient: extremeGradient,
  dtypes: numbers,
  fold: "min",
});

/** The same, with a sum that is NaN where an element is, and else 0. */
const notPassingNaN =
  (extreme: Reduction) =>
  (x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor => {
    const y = extreme(x, axes, options);
    return floats.includes(x.dtype)
      ? y.add(sum(where(equal(x, x), scalar(0, x.dtype), x), axes, options))
      : y;
  };

/** Largest element over the given axes, all by default, NaN where one is; equal largest elements share the gradient. */
export const max = notPassingNaN(largest);

/** Smallest element over the given axes, all by default, NaN where one is; equal smallest elements share the gradient. */
export const min = notPassingNaN(smallest);

/** The softmax of x over some axes. Not exp(x - y), whose error grows with |y|: at 1e6, y has no digits left that tell of it. */
const logSumExpGradient = (g: Tensor, x: Tensor, _y: Tensor, axes: readonly number[]): Tensor => {
  const e = exp(x.sub(stopGradient(largest(x, axes, { keepDims: true }))));
  return g.mul(e.div(sum(e, axes, { keepDims: true })));
};

/** `log Σ exp x` over the given axes, all by default, without overflow. */
export const logSumExp = reduction({
  folded: (x, first, offsets) => {
    const top = most(Math.max)(x, first, offsets);
    if (!Number.isFinite(top)) return top;
    return top + Math.log(offsets.reduce((sum, offset) => sum + Math.exp((x[first + offset] ?? 0) - top), 0));
  },
  name: "logSumExp",
  type: "ReduceLogSumExp",
  gradient: logSumExpGradient,
  dtypes: floats,
});

/** Sums a tensor back to a shape that broadcasts to its own: the gradient of broadcasting. */
export const sumTo = (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const leading = Array.from({ length: added }, (_, axis) => axis);
  const stretched = shape.flatMap((dim, axis) =>
    dim === 1 && x.shape[axis + added] !== 1 ? [axis + added] : [],
  );
  return reshape(sum(x, [...leading, ...stretched]), shape);
};

/** `‖x‖²`, the sum of squares of all elements. */
export const squaredNorm = (x: Tensor): Tensor => sum(square(x));
