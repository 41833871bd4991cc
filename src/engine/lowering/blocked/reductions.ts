import { operationOf } from "../../../graph/definition.js";
import { mul } from "../../../graph/ops/arithmetic.js";
import { mean, type Reduction, sum } from "../../../graph/ops/reduce.js";
import { reshape } from "../../../graph/ops/shaping.js";
import { sameShape } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { scaleOf } from "./channels.js";
import { form, type Lowered } from "./form.js";
import { asLying, type Blocked, shapeOf } from "./layout.js";
import { blockedConv, windowMeans } from "./operators.js";

/** The most numbers that are added one after another; of what is longer, parts are added up with more digits. */
const longest = 128;

const divisor = (count: number, limit: number): number => {
  let d = Math.min(count, limit);
  while (count % d !== 0) d--;
  return d;
};

/** How many rows and columns of a plane are added up at once, as many as can be without losing digits. */
const partOf = (height: number, width: number): readonly [down: number, across: number] => {
  const across = divisor(width, longest);
  return [divisor(height, Math.max(1, Math.floor(longest / across))), across];
};

/** Numbers for each example, channel and part of the plane, `[batch, channels / b, parts, b]`, and what their sum is to be multiplied by. */
interface Parts {
  readonly numbers: Tensor;
  readonly factor: number;
}

const partialSums = (x: Blocked, b: number): Parts => {
  const [, , height = missing(), width = missing()] = shapeOf(x).map(Number);
  const part = partOf(height, width);
  const lying = asLying(windowMeans(x, part), b);
  const [batch = missing(), blocks = missing(), ...places] = lying.shape;
  const count = Number(places[0]) * Number(places[1]);
  return { numbers: reshape(lying, [batch, blocks, count, b]), factor: part[0] * part[1] };
};

/**
 * Sums of the products of two tensors over parts of the plane, without the products in memory: a convolution of each channel of each
 * example with the other's, which lies as its filter would.
 */
const partialDots = (x: Blocked, y: Blocked, b: number): Parts => {
  const [batch = missing(), channels, height, width] = shapeOf(x);
  const [down, across] = partOf(Number(height), Number(width));
  const parts = (Number(height) / down) * (Number(width) / across);
  // Whole rows lie one behind the other.
  const groups = Number(batch) * Number(channels) * parts;
  const { tensor } = blockedConv(
    {
      x: reshape(x.tensor, [1, groups, down, across]),
      w: reshape(y.tensor, [groups, 1, down, across]),
      window: { kernel: [down, across], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], groups },
    },
    [1, groups, 1, 1],
  );
  return { numbers: reshape(tensor, [batch, Number(channels) / b, parts, b]), factor: 1 };
};

/** The operands of a product that nothing else reads, where both are in blocks and parts of their planes lie in one piece. */
const product = (x: Tensor, lowered: Lowered): readonly [Blocked, Blocked] | undefined => {
  const [p, q] = operationOf(x, mul)?.inputs ?? [];
  const isKnown = typeof x.shape[0] === "number" && Number(x.shape[3]) <= longest;
  if (!p || !q || !isKnown || !lowered.isReadOnce(x)) return undefined;
  const fits = [p, q].every((operand) => sameShape(operand.shape, x.shape) && lowered.isBlocked(operand));
  return fits ? [lowered.blocked(p), lowered.blocked(q)] : undefined;
};

/** What is summed without the scales of its channels, and these multiplied. */
const unscaled = (sources: readonly Blocked[]) => {
  const apart = sources.map((x) => scaleOf(x) ?? { x, scale: undefined });
  const scales = apart.flatMap(({ scale }) => (scale ? [scale] : []));
  return {
    sources: apart.map(({ x }) => x),
    scale: scales.length > 0 ? scales.reduce((a, b) => a.mul(b)) : undefined,
  };
};

/** Sums and means over the image plane, and over the batch too: what remains is small and plain. */
const overPlane = (fold: Reduction) =>
  form(fold, (y, [x], { axes }, lowered) => {
    const hasPlane = [2, 3].every((axis) => axes.includes(axis));
    if (!lowered.isBlocked(x) || x.dtype !== "float32" || !hasPlane || axes.includes(1)) return undefined;
    const { b } = lowered;
    const { sources, scale } = unscaled(product(x, lowered) ?? [lowered.blocked(x)]);
    const [one = missing(), other] = sources;
    const parts = other ? partialDots(one, other, b) : partialSums(one, b);
    const over = axes.includes(0) ? [0, 2] : [2];
    const perPart = (x.size(2) * x.size(3)) / Number(parts.numbers.shape[2]);
    const channels = x.size(1);
    const sums = reshape(
      fold(parts.numbers, over),
      axes.includes(0) ? [channels] : [x.shape[0] ?? missing(), channels],
    );
    const total = scale ? sums.mul(scale) : sums;
    return reshape(total.mul(fold === sum ? parts.factor : parts.factor / perPart), y.shape);
  });

export const reductionForms = [overPlane(sum), overPlane(mean)];
