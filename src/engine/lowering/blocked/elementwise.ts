import { relu } from "../../../graph/ops/activation.js";
import { add, div, mul, sub } from "../../../graph/ops/arithmetic.js";
import { full } from "../../../graph/ops/constant.js";
import { neg } from "../../../graph/ops/elementwise.js";
import { reshape } from "../../../graph/ops/shaping.js";
import { sameShape } from "../../../graph/shape.js";
import { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { isScaled, perChannel, scaled } from "./channels.js";
import { type Form, form, type Lowered } from "./form.js";
import { asLying, type Blocked, blocked, lying } from "./layout.js";
import { blockedConv, partsOf } from "./operators.js";

const channelsOf = (y: Tensor): number => Number(y.shape[1]);

/** Whether a tensor can be in blocks: whole ones, of float32. */
export const canBeBlocked = (y: Tensor, b: number): boolean =>
  y.rank === 4 && typeof y.shape[1] === "number" && y.shape[1] > 0 && y.shape[1] % b === 0;

const isOne = (x: Tensor): boolean => x.rank === 0 || x.shape.every((size) => size === 1);

/** The numbers for each channel that one operand holds beside a blocked one. */
const beside = (y: Tensor, x: Tensor, other: Tensor, lowered: Lowered): Tensor | undefined => {
  if (!lowered.isBlocked(x) || !sameShape(x.shape, y.shape) || y.dtype !== "float32") return undefined;
  return perChannel(lowered.plain(other), channelsOf(y));
};

const product = form(mul, (y, [a, b], _attributes, lowered) => {
  const [right, left] = [beside(y, a, b, lowered), beside(y, b, a, lowered)];
  if (right) return scaled(lowered.blocked(a), { scale: right });
  if (left) return scaled(lowered.blocked(b), { scale: left });
  return alike(y, lowered);
});

const quotient = form(div, (y, [a, b], _attributes, lowered) => {
  const divisor = beside(y, a, b, lowered);
  return divisor ? scaled(lowered.blocked(a), { scale: div(1, divisor) }) : alike(y, lowered);
});

const difference = form(sub, (y, [a, b], _attributes, lowered) => {
  const [taken, from] = [beside(y, a, b, lowered), beside(y, b, a, lowered)];
  if (taken) return scaled(lowered.blocked(a), { shift: neg(taken) });
  if (from) return scaled(scaled(lowered.blocked(b), { scale: minusOnes(y) }), { shift: from });
  if (y.dtype === "float32" && isSum(a, b, lowered) && isScaled(lowered.blocked(b))) {
    return (
      joined(y, scaled(lowered.blocked(b), { scale: minusOnes(y) }), lowered.blocked(a)) ?? alike(y, lowered)
    );
  }
  return alike(y, lowered);
});

/** Where one summand is a convolution that nothing else reads, the other is added as it is written. */
const addition = form(add, (y, [a, b], _attributes, lowered) => {
  const [right, left] = [beside(y, a, b, lowered), beside(y, b, a, lowered)];
  if (right) return scaled(lowered.blocked(a), { shift: right });
  if (left) return scaled(lowered.blocked(b), { shift: left });
  if (y.dtype !== "float32") return alike(y, lowered);
  if (isSum(a, b, lowered)) {
    for (const [x, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const isFree = lowered.isReadOnce(x) || isScaled(lowered.blocked(x));
      const sum = isFree ? joined(y, lowered.blocked(x), lowered.blocked(other)) : undefined;
      if (sum) return sum;
    }
  }
  return alike(y, lowered);
});

const minusOnes = (y: Tensor): Tensor => full([channelsOf(y)], -1);

/** Whether two different blocked tensors of one shape meet. */
const isSum = (a: Tensor, b: Tensor, { isBlocked }: Lowered): boolean =>
  a !== b && isBlocked(a) && isBlocked(b) && sameShape(a.shape, b.shape);

/** A convolution that adds `other` to its result, where it does not add anything yet. */
const joined = (y: Tensor, convolution: Blocked, other: Blocked): Blocked | undefined => {
  const parts = partsOf(convolution);
  return parts && !parts.sum && !parts.activation
    ? blockedConv({ ...parts, sum: other }, y.shape)
    : undefined;
};

/** The activation of a convolution that nothing else reads happens as its result is written. */
const rectified = form(relu, (y, [x], _attributes, lowered) => {
  const parts = lowered.isBlocked(x) && lowered.isReadOnce(x) ? partsOf(lowered.blocked(x)) : undefined;
  if (parts && !parts.activation) return blockedConv({ ...parts, activation: "Relu" }, y.shape);
  return alike(y, lowered);
});

/** A number for each channel, or for each channel of each example, which repeats over the plane. */
const repeatsOverPlane = (x: Tensor, y: Tensor): boolean => {
  const [batch, channels, ...plane] = [...Array(4 - x.rank).fill(1), ...x.shape];
  return (
    x.rank >= 3 &&
    channels === y.shape[1] &&
    (batch === 1 || batch === y.shape[0]) &&
    plane.every((size) => size === 1)
  );
};

/** An elementwise operation of blocked tensors, and of others that are of the same shape or repeat over it. */
export const alike = (y: Tensor, lowered: Lowered): Blocked | undefined => {
  const { b, isBlocked, plain } = lowered;
  const { definition, inputs } = y.operation;
  if (!definition.elementwise || !canBeBlocked(y, b) || !inputs.some(isBlocked)) return undefined;
  const same = (x: Tensor) => sameShape(x.shape, y.shape);
  if (!inputs.every((x) => isOne(x) || same(x) || repeatsOverPlane(x, y))) return undefined;
  const inBlocks = (x: Tensor) => (isOne(x) ? plain(x) : lowered.blocked(x).tensor);
  if (inputs.every((x) => isOne(x) || same(x)))
    return blocked(new Tensor({ ...y.operation, inputs: inputs.map(inBlocks) }));
  // A plane of one element lies in blocks as it is.
  const apart = (x: Tensor): Tensor => {
    if (isOne(x)) return reshape(plain(x), []);
    if (same(x)) return asLying(lowered.blocked(x), b);
    const [batch = missing()] = x.rank === 4 ? x.shape : [1];
    return reshape(plain(x), [batch, Number(y.shape[1]) / b, 1, 1, b]);
  };
  const [batch = missing(), channels, height = missing(), width = missing()] = y.shape;
  const shape = [batch, Number(channels) / b, height, width, b];
  return lying(new Tensor({ ...y.operation, inputs: inputs.map(apart), shape }), y.shape);
};

export const elementwiseForms: readonly Form[] = [product, quotient, difference, addition, rectified];
