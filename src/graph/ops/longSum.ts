import { missing } from "../../missing.js";
import { onnxDType } from "../dtype.js";
import { isSymbolic, type Shape } from "../shape.js";
import type { Emit, Tensor } from "../tensor.js";

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

/** Writes the sum or mean of float32 numbers over some axes, accurate however many there are. */
export const longSum = (
  emit: Emit,
  type: "ReduceSum" | "ReduceMean",
  x: Tensor,
  axes: readonly number[],
  keepdims: 0 | 1,
): string => {
  const { shape } = x;
  const most = (dims: Shape) => product(dims.map((dim) => emit.largest(dim)));
  const count = most(axes.map((axis) => shape[axis] ?? missing()));
  const first = foldedFrom(shape, axes);
  const sideBySide = most(shape.slice(first));
  const isShort = count <= (sideBySide === count ? LONGEST_IN_LANES : LONGEST);
  if (isShort || shape.includes(0)) return emit.node(type, [x, emit.ints(axes)], { keepdims });

  const inFloat64 = (parts: Tensor | string, over: readonly number[], keep: 0 | 1) => {
    const exact = emit.node("Cast", [parts], { to: onnxDType.float64 });
    const total = emit.node(type, [exact, emit.ints(over)], { keepdims: keep });
    return emit.node("Cast", [total], { to: onnxDType.float32 });
  };
  const part = divisor(sideBySide, LONGEST_IN_LANES);
  if (part === 1) return inFloat64(x, axes, keepdims);
  const reshaped = (value: Tensor | string, dims: Shape) => {
    const isOpen = dims.filter(isSymbolic).length < 2;
    const target = isOpen ? emit.ints(dims.map((dim) => (isSymbolic(dim) ? -1 : dim))) : emit.shape(dims);
    return emit.node("Reshape", [value, target]);
  };
  const split = reshaped(x, [...shape.slice(0, first), sideBySide / part, part]);
  const parts = emit.node(type, [split, emit.ints([first + 1])], { keepdims: 0 });
  const total = inFloat64(parts, [...axes.filter((axis) => axis < first), first], 0);
  if (keepdims === 0) return total;
  return reshaped(
    total,
    shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );
};
