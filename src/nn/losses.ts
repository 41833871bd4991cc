import { SteepestError } from "../errors.js";
import {
  abs,
  cast,
  logSoftmax,
  mean,
  minimum,
  mul,
  oneHot,
  softplus,
  square,
  sum,
  type Tensor,
} from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";

/** What training minimises: the mean over the batch of how far the outputs are from the targets, as a scalar. */
export interface Loss {
  readonly name: string;
  /** What targets are: class numbers of shape `[batch]`, or values of the output's shape. */
  readonly target: "class" | "value";
  /** The lowest and the highest value that targets may have, where not every number will do. */
  readonly targetRange?: readonly [low: number, high: number];
  readonly of: (output: Tensor, target: Tensor) => Tensor;
}

const loss = (name: string, target: Loss["target"], of: Loss["of"]): Loss => ({ name, target, of });

const requireSameShape = (name: string, output: Tensor, target: Tensor) => {
  if (!sameShape(output.shape, target.shape)) {
    throw new SteepestError(
      `${name}: the network's output has shape ${formatShape(output.shape)}, the targets ${formatShape(target.shape)}; the last layer must match the targets`,
    );
  }
};

/**
 * `-mean log softmax(output)[label]`: logits `[batch, classes]`, class numbers `[batch]`. With label smoothing ε the target is
 * `(1-ε)·oneHot + ε/classes` (Szegedy et al. 2016).
 */
export const crossEntropy = ({ labelSmoothing = 0 }: { readonly labelSmoothing?: number } = {}): Loss => {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SteepestError(`crossEntropy: labelSmoothing must be in [0, 1), got ${labelSmoothing}`);
  }
  return loss("crossEntropy", "class", (logits, label) => {
    if (logits.rank !== 2) {
      throw new SteepestError(
        `crossEntropy: expected logits of shape [batch, classes], got ${formatShape(logits.shape)}`,
      );
    }
    const classes = logits.size(1);
    const target = oneHot(cast(label, "int64"), classes, logits.dtype)
      .mul(1 - labelSmoothing)
      .add(labelSmoothing / classes);
    return mean(sum(logSoftmax(logits).mul(target), 1)).neg();
  });
};

/**
 * Log-likelihood of independent yes/no answers: logits `z` and targets `t` of the same shape, `mean(log(1+e^z) - t·z)`. Targets
 * are 0 or 1, or probabilities in between; `fit` refuses others, for which the loss has no minimum.
 */
export const binaryCrossEntropy = (): Loss => ({
  ...loss("binaryCrossEntropy", "value", (logits, target) => {
    requireSameShape("binaryCrossEntropy", logits, target);
    return mean(softplus(logits).sub(mul(target, logits)));
  }),
  targetRange: [0, 1],
});

/** `mean (output - target)²`. */
export const meanSquaredError = (): Loss =>
  loss("meanSquaredError", "value", (output, target) => {
    requireSameShape("meanSquaredError", output, target);
    return mean(square(output.sub(target)));
  });

/** Quadratic up to `delta`, linear beyond: `mean(m·(|r| - m/2))` with residual r and `m = min(|r|, delta)` (Huber 1964). */
export const huber = ({ delta = 1 }: { readonly delta?: number } = {}): Loss => {
  if (!(delta > 0)) throw new SteepestError(`huber: delta must be positive, got ${delta}`);
  return loss("huber", "value", (output, target) => {
    requireSameShape("huber", output, target);
    const size = abs(output.sub(target));
    const near = minimum(size, delta);
    return mean(near.mul(size.sub(near.mul(0.5))));
  });
};
