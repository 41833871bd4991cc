import { SteepestError } from "../../errors.js";
import {
  cast,
  equal,
  logSoftmax,
  mean,
  reshape,
  scalar,
  softmax,
  sum,
  type Tensor,
  where,
} from "../../graph/index.js";
import { crossEntropyAt } from "../../graph/ops/softmax.js";
import { elementCount, factorOf, formatShape, multipleOfBatch, sameShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import type { ClassWeights, Loss } from "./loss.js";

export interface CrossEntropyOptions {
  /** @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** How much examples count by their class, of whose losses the mean is taken: Σwᵢlᵢ/Σwᵢ. @defaultValue all alike */
  readonly classWeights?: ClassWeights;
}

/** `-log softmax(logits)[label]` at every place: `[batch, …, classes]` and `[batch, …]` to `[batch, …]`. */
const ofLabels = (logits: Tensor, label: Tensor): Tensor => {
  if (logits.rank === 2) return crossEntropyAt(logits, label);
  const [examples = 1, ...places] = logits.shape.slice(0, -1);
  const rows = multipleOfBatch(factorOf(examples) * elementCount(places));
  const flat = crossEntropyAt(reshape(logits, [rows, logits.size(-1)]), reshape(label, [rows]));
  return reshape(flat, label.shape);
};

/** `-Σ shares·log softmax(logits)` of the classes that an example has shares of: what it has none of may be ruled out, by a logit of -∞. */
const ofShares = (logits: Tensor, shares: Tensor): Tensor => {
  const none = scalar(0, logits.dtype);
  return sum(where(equal(shares, none), none, shares.mul(logSoftmax(logits))), -1).neg();
};

/**
 * `-log softmax(output)[label]`: logits `[batch, classes]` and class numbers `[batch]`, or `[batch, T, classes]` and `[batch, T]` for one at
 * each of T places; of a mixture of classes, `[batch, classes]` too, the mean of the losses of its classes by their shares. With label smoothing ε the target is `(1-ε)·oneHot + ε/classes` (Szegedy et al. 2016).
 */
export const crossEntropy = (options: CrossEntropyOptions = {}): Loss => {
  const { labelSmoothing = 0, classWeights } = requireKnown("crossEntropy", options, [
    "labelSmoothing",
    "classWeights",
  ]);
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SteepestError(`crossEntropy: labelSmoothing must be in [0, 1), got ${labelSmoothing}`);
  }
  return {
    name: "crossEntropy",
    target: ["class", "mixture"],
    ...(classWeights === undefined ? {} : { classWeights }),
    of: (logits, label) => {
      if (sameShape(logits.shape, label.shape)) {
        const smooth = label.mul(1 - labelSmoothing).add(labelSmoothing / logits.size(-1));
        return ofShares(logits, labelSmoothing === 0 ? label : smooth);
      }
      if (logits.rank !== label.rank + 1) {
        throw new SteepestError(
          `crossEntropy: expected logits of shape [${[...label.shape, "classes"].join(", ")}], got ${formatShape(logits.shape)}${label.rank === 1 && logits.rank > 2 ? "; put flatten() before the linear layers" : ""}`,
        );
      }
      const losses = ofLabels(logits, cast(label, "int64"));
      if (labelSmoothing === 0) return losses;
      return losses.mul(1 - labelSmoothing).sub(mean(logSoftmax(logits), -1).mul(labelSmoothing));
    },
    probabilities: (logits) => softmax(logits),
  };
};
