import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import {
  abs,
  argMax,
  cast,
  equal,
  greater,
  logSoftmax,
  mean,
  minimum,
  mul,
  scalar,
  sigmoid,
  softmax,
  softplus,
  square,
  sum,
  Tensor,
  where,
} from "../graph/index.js";
import { logSoftmaxAt } from "../graph/ops/softmax.js";
import { formatShape, sameShape } from "../graph/shape.js";
import { requireKnown } from "../options.js";

/** What training minimises: the mean over the batch of how far the outputs are from the targets, as a scalar. */
export interface Loss {
  readonly name: string;
  /** What targets are: class numbers of shape `[batch]`, or values of the output's shape. */
  readonly target: "class" | "value";
  /** The lowest and the highest value that targets may have, where not every number will do. */
  readonly targetRange?: readonly [low: number, high: number];
  readonly of: (output: Tensor, target: Tensor) => Tensor;
  /** The probabilities that outputs stand for, where these are logits: what `predict` gives. */
  readonly probabilities?: (output: Tensor) => Tensor;
  /**
   * How many examples of the batch are answered wrongly. Where left out: those whose largest output is not that of their class,
   * and for values nothing is counted.
   */
  readonly wrong?: (output: Tensor, target: Tensor) => Tensor;
}

const requireSameShape = (name: string, output: Tensor, target: Tensor) => {
  if (!sameShape(output.shape, target.shape)) {
    throw new SteepestError(
      `${name}: the network's output has shape ${formatShape(output.shape)}, the targets ${formatShape(target.shape)}; the last layer must match the targets`,
    );
  }
};

const asNumber = (condition: Tensor) => cast(condition, "float32");

/** For how many elements a condition does not hold. */
const countFailures = (condition: Tensor): Tensor => sum(where(condition, scalar(0), scalar(1)));

/** What a function of a loss returned, as a tensor. Throws where it is something else, as plain JavaScript allows. */
const tensorFrom = (where: string, returned: unknown): Tensor => {
  if (returned instanceof Tensor) return returned;
  throw new SteepestError(
    `${where} returned ${givenText(returned)}, expected a tensor; compute it from what it is given by functions of graph, as in graph.mean(graph.square(output.sub(target)))`,
  );
};

const scalarFrom = (where: string, returned: unknown): Tensor => {
  const tensor = tensorFrom(where, returned);
  if (tensor.rank === 0) return tensor;
  throw new SteepestError(
    `${where} returned a tensor of shape ${formatShape(tensor.shape)}, expected a scalar; take its sum or mean`,
  );
};

/** The loss of a batch. */
export const lossOf = (loss: Loss, output: Tensor, target: Tensor): Tensor =>
  scalarFrom(`loss ${loss.name}: of`, loss.of(output, target));

/** How many examples of the batch are answered wrongly; undefined where a loss does not count them. */
export const wrongCount = (loss: Loss, output: Tensor, target: Tensor): Tensor | undefined => {
  if (loss.wrong) return scalarFrom(`loss ${loss.name}: wrong`, loss.wrong(output, target));
  return loss.target === "class" ? countFailures(equal(argMax(output), cast(target, "int64"))) : undefined;
};

/** What the network answers in use: probabilities where its outputs are their logits, the outputs themselves otherwise. */
export const answerOf = (loss: Loss, output: Tensor): Tensor =>
  loss.probabilities ? tensorFrom(`loss ${loss.name}: probabilities`, loss.probabilities(output)) : output;

/**
 * `-mean log softmax(output)[label]`: logits `[batch, classes]`, class numbers `[batch]`. With label smoothing ε the target is
 * `(1-ε)·oneHot + ε/classes` (Szegedy et al. 2016).
 */
export const crossEntropy = (
  options: { /** @defaultValue 0 */ readonly labelSmoothing?: number } = {},
): Loss => {
  const { labelSmoothing = 0 } = requireKnown("crossEntropy", options, ["labelSmoothing"]);
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SteepestError(`crossEntropy: labelSmoothing must be in [0, 1), got ${labelSmoothing}`);
  }
  return {
    name: "crossEntropy",
    target: "class",
    of: (logits, label) => {
      if (logits.rank !== 2) {
        throw new SteepestError(
          `crossEntropy: expected logits of shape [batch, classes], got ${formatShape(logits.shape)}${logits.rank > 2 ? "; put flatten() before the linear layers" : ""}`,
        );
      }
      const likelihood = mean(logSoftmaxAt(logits, cast(label, "int64"))).mul(1 - labelSmoothing);
      if (labelSmoothing === 0) return likelihood.neg();
      return likelihood.add(mean(logSoftmax(logits)).mul(labelSmoothing)).neg();
    },
    probabilities: (logits) => softmax(logits),
  };
};

/**
 * Log-likelihood of independent yes/no answers: logits `z` and targets `t` of the same shape, `mean(log(1+e^z) - t·z)`. Targets
 * are 0 or 1, or probabilities in between; `fit` refuses others, for which the loss has no minimum. An answer is wrong where it is
 * on the other side of a half than its target; of several answers each counts as its share of the example.
 */
export const binaryCrossEntropy = (): Loss => ({
  name: "binaryCrossEntropy",
  target: "value",
  targetRange: [0, 1],
  of: (logits, target) => {
    requireSameShape("binaryCrossEntropy", logits, target);
    return mean(softplus(logits).sub(mul(target, logits)));
  },
  probabilities: sigmoid,
  wrong: (logits, target) => {
    const answers = logits.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);
    return countFailures(equal(asNumber(greater(logits, 0)), asNumber(greater(target, 0.5)))).div(answers);
  },
});

/** `mean (output - target)²`. */
export const meanSquaredError = (): Loss => ({
  name: "meanSquaredError",
  target: "value",
  of: (output, target) => {
    requireSameShape("meanSquaredError", output, target);
    return mean(square(output.sub(target)));
  },
});

/** Quadratic up to `delta`, linear beyond: `mean(m·(|r| - m/2))` with residual r and `m = min(|r|, delta)` (Huber 1964). */
export const huber = (options: { /** @defaultValue 1 */ readonly delta?: number } = {}): Loss => {
  const { delta = 1 } = requireKnown("huber", options, ["delta"]);
  if (!(delta > 0)) throw new SteepestError(`huber: delta must be positive, got ${delta}`);
  return {
    name: "huber",
    target: "value",
    of: (output, target) => {
      requireSameShape("huber", output, target);
      const size = abs(output.sub(target));
      const near = minimum(size, delta);
      return mean(near.mul(size.sub(near.mul(0.5))));
    },
  };
};
