import { constant } from "../../../graph/ops/constant.js";
import { gather } from "../../../graph/ops/indexing.js";
import { reshape, transpose } from "../../../graph/ops/shaping.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { blocked } from "./layout.js";
import { reorderInput, reorderOutput } from "./operators.js";

// The runtime's Transpose goes element by element on one core, and for a layer of 512 channels takes as long as the convolution. Its
// reordering operators use all lanes and cores, so that weights are brought into order by these: what lies in blocks of b is moved to the end.

/** `[count, b, size]` as `[count, size, b]`. */
const blockLast = (x: Tensor, count: number, b: number, size: number): Tensor =>
  reorderInput(reshape(x, [count, b, 1, size])).tensor;

const sizesOf = (w: Tensor): readonly number[] => w.shape.map(Number);

/** Weights `[out, in, …]` as `[out, in / b, …, b]`. */
const inputsLast = (w: Tensor, b: number): Tensor => {
  const [out = missing(), inside = missing(), height = missing(), width = missing()] = sizesOf(w);
  return blockLast(w, (out * inside) / b, b, height * width);
};

/** Weights `[out, in, height, width]` as blocked convolutions take them: blocks of b output channels, each with blocks of b inputs. */
export const packed = (w: Tensor, b: number): Tensor => {
  const [out = missing(), inside = missing(), height = missing(), width = missing()] = sizesOf(w);
  const source = inside < b ? w : inputsLast(w, b);
  return reshape(blockLast(source, out / b, b, inside * height * width), w.shape);
};

/** A filter for each channel, `[channels, 1, height, width]`, in blocks of channels. */
export const packedDepthwise = (w: Tensor, b: number): Tensor => {
  const [channels = missing(), , height = missing(), width = missing()] = sizesOf(w);
  return reshape(blockLast(w, channels / b, b, height * width), w.shape);
};

/**
 * The packed weights of the adjoint by the input: input and output channels exchanged, and of each spatial axis the elements listed,
 * by row and column.
 */
export const packedAdjoint = (
  w: Tensor,
  [rows, columns]: readonly [readonly number[], readonly number[]],
  b: number,
): Tensor => {
  const [out = missing(), inside = missing(), height = missing(), width = missing()] = sizesOf(w);
  const all = height * width;
  const taken = rows.flatMap((row) => columns.map((column) => row * width + column));
  const shape = [inside, out, rows.length, columns.length];
  const elements = (x: Tensor, axis: number): Tensor =>
    taken.length === all && taken.every((element, i) => element === i)
      ? x
      : gather(x, constant([...taken], [taken.length], "int64"), axis);
  const apart = reshape(inputsLast(w, b), [out, inside / b, all, b]);
  if (out < b) return reshape(elements(transpose(apart, [1, 0, 2, 3]), 2), shape);
  const exchanged = transpose(reshape(apart, [out / b, b, inside / b, all, b]), [2, 0, 3, 1, 4]);
  return reshape(elements(exchanged, 2), shape);
};

/** Weights that lie as `[out, in / b, height, width, b]`, in order. */
export const weightsInOrder = (w: Tensor, shape: Tensor["shape"]): Tensor =>
  reorderOutput(blocked(reshape(w, shape)));
