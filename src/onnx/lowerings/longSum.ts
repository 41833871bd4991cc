import { cast } from "../../graph/ops/comparison.js";
import { mean, type ReduceOptions, type Reduction, sum } from "../../graph/ops/reduce.js";
import { reshape } from "../../graph/ops/shaping.js";
import { isSymbolic, type Shape } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Lowering, lowering } from "../target.js";

// ONNX Runtime adds float32 numbers one after another, in 16 lanes where they lie side by side: over a million rows of 0.1 the sum came
// out 1 % too small. What is longer than this is added up in parts, and the parts in float64: errors stay below 1e-6.
const LONGEST = 128;
const LONGEST_IN_LANES = 512;

const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1);

/** The largest divisor of `count` that is at most `limit`. */
const divisor = (count: number, limit: number): number => {
  let d = Math.min(count, limit);
  while (count % d !== 0) d--;
  return d;
};

/** The axis from which on all axes are folded and of fixed size: what they hold together lies side by side. */
const foldedFrom = (shape: Shape, axes: readonly number[]): number => {
  let first = shape.length;
  while (axes.includes(first - 1) && !isSymbolic(shape[first - 1] ?? missing())) first--;
  return first;
};

/** The sum or mean of float32 numbers over some axes, accurate however many there are. */
const longSum = (fold: Reduction): Lowering =>
  lowering(fold, (y, [x], { axes, keepDims }, { largest }) => {
    const { shape } = x;
    const most = (dims: Shape) => product(dims.map(largest));
    const count = most(axes.map((axis) => shape[axis] ?? missing()));
    const first = foldedFrom(shape, axes);
    const sideBySide = most(shape.slice(first));
    const isShort = count <= (sideBySide === count ? LONGEST_IN_LANES : LONGEST);
    if (x.dtype !== "float32" || isShort || shape.includes(0)) return y;

    const inFloat64 = (parts: Tensor, over: readonly number[], options: ReduceOptions = {}) =>
      cast(fold(cast(parts, "float64"), over, options), "float32");
    const part = divisor(sideBySide, LONGEST_IN_LANES);
    if (part === 1) return inFloat64(x, axes, { keepDims: keepDims === 1 });
    const split = reshape(x, [...shape.slice(0, first), sideBySide / part, part]);
    const parts = fold(split, first + 1);
    return reshape(inFloat64(parts, [...axes.filter((axis) => axis < first), first]), y.shape);
  });

export const longSums = [longSum(sum), longSum(mean)];
