import { cast, equal, greater, mul, sigmoid, softplus, type Tensor } from "../../graph/index.js";
import { type Loss, requireSameShape } from "./loss.js";

const yes = (condition: Tensor) => cast(condition, "float32");

/** Whether answers, positive for yes, are on the same side as their targets, which are beyond a half for yes. */
export const sameSide = (output: Tensor, target: Tensor): Tensor =>
  equal(yes(greater(output, 0)), yes(greater(target, 0.5)));

/**
 * Log-likelihood of independent yes/no answers: logits `z` and targets `t` of the same shape, `log(1+e^z) - t·z`. Targets
 * are labels, or values of 0 or 1 or probabilities in between; `fit` refuses others, for which the loss has no minimum. An answer is wrong
 * where it is on the other side of a half than its target; of several answers each counts as its share of the example.
 */
export const binaryCrossEntropy = (): Loss => ({
  name: "binaryCrossEntropy",
  target: ["value", "labels"],
  targetRange: [0, 1],
  of: (logits, target) => {
    requireSameShape("binaryCrossEntropy", logits, target);
    return softplus(logits).sub(mul(target, logits));
  },
  probabilities: sigmoid,
  right: sameSide,
});
