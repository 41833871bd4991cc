import { SteepestError } from "../../errors.js";
import { cast, equal, max, oneHot, relu, scalar, sum, type Tensor, where } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { sameSide } from "./binaryCrossEntropy.js";
import { type ClassWeights, type Loss, requireSameShape } from "./loss.js";

export interface HingeOptions {
  /** By how much the right answer must lead. @defaultValue 1 */
  readonly margin?: number;
}

const checkMargin = (name: string, margin: number): void => {
  if (!(margin > 0 && margin < Number.POSITIVE_INFINITY)) {
    throw new SteepestError(`${name}: margin must be positive, got ${margin}`);
  }
};

/**
 * How far yes/no answers are from leading by a margin m: `max(0, m - s·z)` with outputs z and s = 1 for yes, -1 for no. Targets are labels, or
 * values of 0 and 1. Support vector machines minimise it with `l2` (Cortes & Vapnik 1995).
 */
export const hinge = (options: HingeOptions = {}): Loss => {
  const { margin = 1 } = requireKnown("hinge", options, ["margin"]);
  checkMargin("hinge", margin);
  return {
    name: "hinge",
    target: ["value", "labels"],
    targetRange: [0, 1],
    of: (output, target) => {
      requireSameShape("hinge", output, target);
      const side = target.mul(2).sub(1);
      return relu(scalar(margin, output.dtype).sub(side.mul(output)));
    },
    right: sameSide,
  };
};

export interface MulticlassHingeOptions extends HingeOptions {
  /** How much examples count by their class, of whose losses the mean is taken: Σwᵢlᵢ/Σwᵢ. @defaultValue all alike */
  readonly classWeights?: ClassWeights;
}

/**
 * How far the output of the right class y is from leading the best of the others by a margin m: `max(0, m + max_{j≠y} zⱼ - z_y)` with outputs z
 * `[batch, classes]` and class numbers `[batch]` (Crammer & Singer 2001).
 */
export const multiclassHinge = (options: MulticlassHingeOptions = {}): Loss => {
  const { margin = 1, classWeights } = requireKnown("multiclassHinge", options, ["margin", "classWeights"]);
  checkMargin("multiclassHinge", margin);
  return {
    name: "multiclassHinge",
    target: "class",
    ...(classWeights === undefined ? {} : { classWeights }),
    of: (output: Tensor, label: Tensor) => {
      if (output.rank !== label.rank + 1) {
        throw new SteepestError(
          `multiclassHinge: expected outputs of shape [${[...label.shape, "classes"].join(", ")}], got ${formatShape(output.shape)}`,
        );
      }
      const marked = oneHot(cast(label, "int64"), output.size(-1), output.dtype);
      const isRight = equal(marked, 1);
      const others = max(where(isRight, scalar(Number.NEGATIVE_INFINITY, output.dtype), output), -1);
      return relu(others.sub(sum(marked.mul(output), -1)).add(margin));
    },
  };
};
