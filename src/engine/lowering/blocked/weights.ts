import { constant } from "../../../graph/ops/constant.js";
import { gather } from "../../../graph/ops/indexing.js";
import { reshape, transpose } from "../../../graph/ops/shaping.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";

/** Weights `[out, in, height, width]` as blocked convolutions take them: blocks of b output channels, each with blocks of b inputs. */
export const packed = (w: Tensor, b: number): Tensor => {
  const [out, inside, height = missing(), width = missing()] = w.shape;
  const [o, i] = [Number(out), Number(inside)];
  const inBlocks =
    i < b
      ? transpose(reshape(w, [o / b, b, i, height, width]), [0, 2, 3, 4, 1])
      : transpose(reshape(w, [o / b, b, i / b, b, height, width]), [0, 2, 4, 5, 3, 1]);
  return reshape(inBlocks, w.shape);
};

const taken = (w: Tensor, axis: number, at: readonly number[]): Tensor =>
  at.length === w.shape[axis] && at.every((index, i) => index === i)
    ? w
    : gather(w, constant([...at], [at.length], "int64"), axis);

/** The weights of the adjoint by the input: input and output channels exchanged, and of each spatial axis the elements listed. */
export const exchanged = (
  w: Tensor,
  [rows, columns]: readonly [readonly number[], readonly number[]],
): Tensor => taken(taken(transpose(w, [1, 0, 2, 3]), 2, rows), 3, columns);
