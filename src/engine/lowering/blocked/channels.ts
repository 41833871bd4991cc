import { operationOf } from "../../../graph/definition.js";
import { add, mul } from "../../../graph/ops/arithmetic.js";
import { full, scalarValue } from "../../../graph/ops/constant.js";
import { expand, reshape } from "../../../graph/ops/shaping.js";
import type { Tensor } from "../../../graph/tensor.js";
import { type Blocked, blocked, shapeOf } from "./layout.js";
import { blockedConv, type ConvolutionParts, partsOf } from "./operators.js";

/** A number for each channel, as a vector: what has a size other than 1 on the axis of channels only, and what repeats such a thing. */
export const perChannel = (x: Tensor, channels: number): Tensor | undefined => {
  const source = operationOf(x, expand)?.inputs[0] ?? x;
  const { shape } = source;
  const axis = shape.length - 3;
  const isVector =
    axis >= 0 && shape[axis] === channels && shape.every((size, i) => i === axis || size === 1);
  return isVector ? reshape(source, [channels]) : undefined;
};

const single = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

const ones = (channels: number): Tensor => full([channels], 1);

const isOnes = (w: Tensor): boolean => {
  const source = operationOf(w, expand)?.inputs[0];
  return source !== undefined && scalarValue(source) === 1;
};

const product = (a: Tensor, b: Tensor | undefined): Tensor => (b ? mul(a, b) : a);

interface Line {
  readonly x: Blocked["tensor"];
  readonly scale?: Tensor | undefined;
  readonly shift?: Tensor | undefined;
}

/**
 * What a tensor is, where it is `scale · x + shift` with numbers for each channel. A mere shift is left as it is: once a mean has been
 * subtracted, no digits are lost to it any more.
 */
const lineOf = (y: Blocked): Line | undefined => {
  const parts = partsOf(y);
  const channels = Number(shapeOf(y)[1]);
  if (!parts || parts.sum || parts.activation || !isSingle(parts.window, channels)) return undefined;
  if (isOnes(parts.w)) return undefined;
  return { x: parts.x, scale: reshape(parts.w, [channels]), shift: parts.bias };
};

/** Whether each element is computed from the one at its place. */
const isSingle = ({ kernel, strides, pads, groups }: ConvolutionParts["window"], channels: number): boolean =>
  groups === channels &&
  [...kernel, ...strides].every((size) => size === 1) &&
  pads.every((count) => count === 0);

/**
 * `scale · x + shift` with numbers for each channel, in one pass: a convolution of each channel with one number. Where x is one itself,
 * the two become one.
 */
export const scaled = (x: Blocked, { scale, shift }: Omit<Line, "x">): Blocked => {
  const shape = shapeOf(x);
  const channels = Number(shape[1]);
  const inner = lineOf(x) ?? { x: x.tensor };
  const s = inner.scale ? product(inner.scale, scale) : scale;
  const innerShift = inner.shift && product(inner.shift, scale);
  const bias = innerShift && shift ? add(innerShift, shift) : (innerShift ?? shift);
  return blockedConv(
    {
      x: inner.x,
      w: reshape(s ?? ones(channels), [channels, 1, 1, 1]),
      bias,
      window: { ...single, groups: channels },
    },
    shape,
  );
};

/** What a tensor is, where it is `scale · x` with a number for each channel: sums of it need not know the scale. */
export const scaleOf = (y: Blocked): { readonly x: Blocked; readonly scale: Tensor } | undefined => {
  const line = lineOf(y);
  return line?.scale && !line.shift ? { x: blocked(line.x), scale: line.scale } : undefined;
};

/** Whether a tensor is `scale · x + shift` with numbers for each channel, which is as cheap to compute as to read. */
export const isScaled = (x: Blocked): boolean => {
  const parts = partsOf(x);
  return parts !== undefined && !parts.sum && isSingle(parts.window, Number(shapeOf(x)[1]));
};
