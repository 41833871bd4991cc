import { SteepestError } from "../../errors.js";
import { maximum, relu, scalar, sqrt, square, sum, type Tensor } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Loss, requireSameShape, type TotalLoss } from "./loss.js";

const dot = (a: Tensor, b: Tensor): Tensor => sum(a.mul(b), -1);

/** Squared lengths below this count as it: the direction of 0 is none. */
const least = 1e-12;

/** `1 - cos(output, target)` along the last axis: 0 for vectors of one direction, whatever their lengths, 2 for opposite ones. */
export const cosineSimilarity = (): Loss => ({
  name: "cosineSimilarity",
  target: "value",
  of: (output, target) => {
    requireSameShape("cosineSimilarity", output, target);
    const lengths = maximum(dot(output, output), least).mul(maximum(dot(target, target), least));
    return scalar(1, output.dtype).sub(dot(output, target).div(sqrt(lengths)));
  },
});

const checkMargin = (name: string, margin: number): void => {
  if (!(margin > 0 && margin < Number.POSITIVE_INFINITY)) {
    throw new SteepestError(`${name}: margin must be positive, got ${margin}`);
  }
};

/**
 * For networks whose output is the distance d of a pair: `t·d² + (1-t)·max(0, m-d)²`. Pairs of one kind (t = 1) are pulled together, others (t = 0)
 * pushed apart up to the margin m (Hadsell, Chopra & LeCun 2006, without their factor ½).
 */
export const contrastive = (options: { /** @defaultValue 1 */ readonly margin?: number } = {}): Loss => {
  const { margin = 1 } = requireKnown("contrastive", options, ["margin"]);
  checkMargin("contrastive", margin);
  return {
    name: "contrastive",
    target: ["value", "labels"],
    targetRange: [0, 1],
    of: (distance, target) => {
      requireSameShape("contrastive", distance, target);
      const one = scalar(1, distance.dtype);
      const apart = square(relu(scalar(margin, distance.dtype).sub(distance)));
      return target.mul(square(distance)).add(one.sub(target).mul(apart));
    },
  };
};

/**
 * For networks with the outputs `anchor`, `positive` and `negative`, vectors of the same length: `max(0, ‖a-p‖² - ‖a-n‖² + m)`, so that what belongs together
 * is nearer by a margin m than what does not (Schroff et al. 2015, whose vectors have length 1). There are no targets.
 */
export const triplet = (options: { /** @defaultValue 0.2 */ readonly margin?: number } = {}): TotalLoss => {
  const { margin = 0.2 } = requireKnown("triplet", options, ["margin"]);
  checkMargin("triplet", margin);
  const tripletLoss: TotalLoss = ({ outputs: { anchor, positive, negative } }) => {
    if (!(anchor && positive && negative)) {
      throw new SteepestError("triplet: the network needs the outputs anchor, positive and negative");
    }
    const distance = (other: Tensor) => sum(square(anchor.sub(other)), -1);
    return relu(distance(positive).sub(distance(negative)).add(margin));
  };
  return tripletLoss;
};
