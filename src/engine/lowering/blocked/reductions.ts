import { mean, type Reduction, sum } from "../../../graph/ops/reduce.js";
import { reshape } from "../../../graph/ops/shaping.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { form, type Lowered } from "./form.js";
import { asLying, type Blocked, shapeOf } from "./layout.js";
import { windowSums } from "./operators.js";

/** The most numbers that are added one after another; of what is longer, parts are added up with more digits. */
const longest = 128;

const divisor = (count: number, limit: number): number => {
  let d = Math.min(count, limit);
  while (count % d !== 0) d--;
  return d;
};

/** Sums over parts of the image plane, as few as can be without losing digits: `[batch, channels / b, parts, b]`. */
const partialSums = (x: Blocked, b: number): Tensor => {
  const [, , height, width] = shapeOf(x).map(Number) as [number, number, number, number];
  const across = divisor(width, longest);
  const down = divisor(height, Math.max(1, Math.floor(longest / across)));
  const lying = asLying(windowSums(x, [down, across]), b);
  const [batch = missing(), blocks = missing()] = lying.shape;
  return reshape(lying, [batch, blocks, (height / down) * (width / across), b]);
};

/** Sums over the image plane, and over the batch too: what remains is small and plain. */
const overPlane = (fold: Reduction) =>
  form(fold, (y, [x], { axes }, lowered: Lowered) => {
    const hasPlane = [2, 3].every((axis) => axes.includes(axis));
    if (!lowered.isBlocked(x) || x.dtype !== "float32" || !hasPlane || axes.includes(1)) return undefined;
    const parts = partialSums(lowered.blocked(x), lowered.b);
    const over = axes.includes(0) ? [0, 2] : [2];
    const total = reshape(sum(parts, over), y.shape);
    if (fold === sum) return total;
    const [height, width] = [x.size(2), x.size(3)];
    const means = fold(
      reshape(sum(parts, 2), [x.shape[0] ?? missing(), x.size(1)]),
      axes.includes(0) ? [0] : [],
    );
    return reshape(means, y.shape).div(height * width);
  });

export const reductionForms = [overPlane(sum), overPlane(mean)];
