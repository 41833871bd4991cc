import { greater, log, logSoftmax, maximum, scalar, softmax, sum, where } from "../../graph/index.js";
import { type Loss, requireSameShape } from "./loss.js";

/**
 * Kullback-Leibler divergence `Σ t·log(t/p)` of the network's distribution `p = softmax(output)` from the target's t, which are values that add up to
 * 1 along the last axis; 0·log 0 is 0. What distillation minimises (Hinton et al. 2015).
 */
export const klDivergence = (): Loss => ({
  name: "klDivergence",
  target: "value",
  targetRange: [0, 1],
  of: (logits, target) => {
    requireSameShape("klDivergence", logits, target);
    const zero = scalar(0, target.dtype);
    const information = where(greater(target, 0), target.mul(log(maximum(target, 1e-37))), zero);
    return sum(information.sub(target.mul(logSoftmax(logits))), -1);
  },
  probabilities: (logits) => softmax(logits),
});
