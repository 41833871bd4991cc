import { countFor, isSymbolic, shapeFor } from "../../graph/shape.js";
import type { Tensor, TypedArray } from "../../graph/tensor.js";
import type { HostTensor } from "../engine.js";

/** How many numbers a tensor holds for a batch of `size` examples. */
export const countAt = ({ shape }: Tensor, size: number): number => countFor(shape, size);

/** Whether a tensor holds something for each example. */
export const hasBatch = ({ shape }: Tensor): boolean => shape.some(isSymbolic);

/** A float32 array of a given shape, in the form that engines take. */
export const host = (data: Float32Array, shape: readonly number[]): HostTensor => ({
  dtype: "float32",
  data,
  shape,
});

/** The beginning of an array as a tensor's values for a batch of `size` examples, in the form that engines take. */
export const hostAt = (x: Tensor, size: number, data: TypedArray): HostTensor => ({
  dtype: x.dtype,
  data: data.subarray(0, countAt(x, size)),
  shape: shapeFor(x.shape, size),
});
