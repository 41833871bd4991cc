import { operationOf } from "../../graph/definition.js";
import { div, mul } from "../../graph/ops/arithmetic.js";
import { constant, scalar, scalarValue } from "../../graph/ops/constant.js";
import { matmul } from "../../graph/ops/matmul.js";
import { expand, reshape, transpose } from "../../graph/ops/shaping.js";
import type { Tensor } from "../../graph/tensor.js";
import { lowering } from "../target.js";

/** The only value of a constant. */
const onlyValue = (x: Tensor): number | undefined => {
  const stored = operationOf(x, constant)?.attributes.values;
  return stored?.length === 1 ? Number(stored[0]) : scalarValue(x);
};

/** What something is multiplied by, and the factor, if that is one number. */
const scaling = (y: Tensor): { readonly x: Tensor; readonly factor: number } | undefined => {
  const product = operationOf(y, mul)?.inputs;
  const quotient = operationOf(y, div)?.inputs;
  const [a, b] = product ?? quotient ?? [];
  if (a === undefined || b === undefined) return undefined;
  const divisor = onlyValue(b);
  if (divisor !== undefined) return { x: a, factor: product ? divisor : 1 / divisor };
  const factor = product && onlyValue(a);
  return factor === undefined ? undefined : { x: b, factor };
};

/** Where something comes from, elements only moved on the way. */
const origin = (x: Tensor): Tensor => {
  const moved = operationOf(x, reshape) ?? operationOf(x, transpose) ?? operationOf(x, expand);
  return moved ? origin(moved.inputs[0]) : x;
};

const isStack = (x: Tensor): boolean => x.dtype === "float64" && x.rank > 2;

/** `factor · x` with factors that float32 holds, which add up to it. */
const inParts = (y: Tensor): Tensor => {
  const scaled = scaling(y);
  if (!scaled || Math.fround(scaled.factor) === scaled.factor || !Number.isFinite(scaled.factor)) return y;
  const { x, factor } = scaled;
  const high = Math.fround(factor);
  const middle = Math.fround(factor - high);
  const low = Math.fround(factor - high - middle);
  const times = (part: number) => x.mul(scalar(part, x.dtype));
  // The smallest first, so that what it adds is not rounded away.
  const sum = times(low).add(times(middle)).add(times(high));
  return sum.rank < y.rank ? reshape(sum, y.shape) : sum;
};

const besideProduct = (y: Tensor): Tensor => {
  const scaled = y.dtype === "float64" ? scaling(y) : undefined;
  const product = scaled && operationOf(origin(scaled.x), matmul);
  return product && isStack(origin(scaled.x)) ? inParts(y) : y;
};

/**
 * ONNX Runtime joins a stack of products of matrices with a number that one of them is multiplied or divided by, and keeps that number in
 * float32, in float64 too.
 */
export const scaledProducts = [
  lowering(mul, besideProduct),
  lowering(div, besideProduct),
  lowering(matmul, (y, [a, b], { transposeA, transposeB }) => {
    if (!isStack(y)) return y;
    const [left, right] = [inParts(a), inParts(b)];
    return left === a && right === b
      ? y
      : matmul(left, right, { transposeA: transposeA === 1, transposeB: transposeB === 1 });
  }),
];
