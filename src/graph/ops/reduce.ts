import { missing } from "../../missing.js";
import { floats, numbers } from "../dtype.js";
import { countOf, type Dim, normalizeAxes, type Shape, sameShape } from "../shape.js";
import { checkDType, type DType, node, type Tensor } from "../tensor.js";
import { cast, equal } from "./comparison.js";
import { batchSize } from "./constant.js";
import { exp } from "./elementwise.js";
import { expand, reshape } from "./shaping.js";

export type Axes = number | readonly number[];

export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Dim[] =>
  shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));

/** An operator that folds axes: `gradient` receives g and y with the folded axes kept, so that both broadcast against x. */
const reduction =
  (
    name: string,
    onnxType: string,
    gradient: (g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]) => Tensor,
    dtypes: readonly DType[],
  ) =>
  (x: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor => {
    checkDType(name, x, dtypes);
    const folded = normalizeAxes(name, axes, x.shape);
    if (folded.length === 0) return x;
    const kept = reducedShape(x.shape, folded, true);
    return node({
      name,
      inputs: [x],
      shape: reducedShape(x.shape, folded, keepDims),
      dtype: x.dtype,
      attributes: { axes: folded, keepDims: Number(keepDims) },
      onnx: (emit) => emit.node(onnxType, [x, emit.ints(folded)], { keepdims: Number(keepDims) }),
      gradient: (g, y) => [gradient(reshape(g, kept), x, reshape(y, kept), folded)],
    });
  };

/** How many elements the given axes hold together: a number, or a scalar tensor where the batch is among them. */
const foldedCount = (x: Tensor, axes: readonly number[]): Tensor | number => {
  const { fixed, batches } = countOf(axes.map((axis) => x.shape[axis] ?? missing()));
  const sizes = Array.from({ length: batches }, () => batchSize(x.dtype));
  return sizes.reduce<Tensor | number>((count, size) => size.mul(count), fixed);
};

/** Sum over the given axes, all by default. */
export const sum = reduction("sum", "ReduceSum", (g, x) => expand(g, x.shape), numbers);

/** Mean over the given axes, all by default. */
export const mean = reduction(
  "mean",
  "ReduceMean",
  (g, x, _y, axes) => expand(g.div(foldedCount(x, axes)), x.shape),
  floats,
);

const extremeGradient = (g: Tensor, x: Tensor, y: Tensor, axes: readonly number[]): Tensor => {
  const chosen = cast(equal(x, y), g.dtype);
  return g.div(sum(chosen, axes, { keepDims: true })).mul(chosen);
};

/** Largest element over the given axes, all by default; equal largest elements share the gradient. */
export const max = reduction("max", "ReduceMax", extremeGradient, numbers);

/** Smallest element over the given axes, all by default; equal smallest elements share the gradient. */
export const min = reduction("min", "ReduceMin", extremeGradient, numbers);

/** `log Σ exp x` over the given axes, all by default, without overflow. */
export const logSumExp = reduction("logSumExp", "ReduceLogSumExp", (g, x, y) => g.mul(exp(x.sub(y))), floats);

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
export const squaredNorm = (x: Tensor): Tensor => sum(x.mul(x));
