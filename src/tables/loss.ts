import {
  argMax,
  batch,
  cast,
  equal,
  exp,
  logSoftmax,
  mean,
  oneHot,
  reshape,
  square,
  sum,
  type Tensor,
} from "../graph/index.js";
import { crossEntropy } from "../nn/losses/crossEntropy.js";
import type { ClassWeights, Loss } from "../nn/losses/loss.js";
import type { EncodedTarget } from "./encoder.js";

/** The mean over members of `-log softmax(output)[label]`, `[batch, members, classes]`; of averaged answers `[batch, classes]` their own. */
const ofMembers = (output: Tensor, label: Tensor): Tensor => {
  const classes = output.size(-1);
  const truth = reshape(oneHot(cast(label, "int64"), classes), [batch, 1, classes]);
  return mean(sum(truth.mul(logSoftmax(output)), -1), 1).neg();
};

/**
 * What a network for tables minimises: for classes the cross-entropy, for values the squared error in standard deviations of the training
 * targets, of each member by itself where it has several.
 */
export const tableLoss = (target: EncodedTarget, classWeights?: ClassWeights): Loss => {
  if (target.kind === "value") {
    return {
      name: "squaredError",
      target: "value",
      targetShape: () => [1],
      of: (output, truth) => {
        const wanted = output.rank === 3 ? reshape(truth, [batch, 1, 1]) : truth;
        return square(output.sub(wanted).div(target.deviation));
      },
    };
  }
  const plain = crossEntropy();
  const averaged = (output: Tensor) => (output.rank === 3 ? mean(exp(logSoftmax(output)), 1) : output);
  return {
    ...plain,
    target: "class",
    targetShape: () => [],
    of: (output, label) => (output.rank === 3 ? ofMembers(output, label) : plain.of(output, label)),
    right: (output, label) => equal(argMax(averaged(output)), label),
    ...(classWeights === undefined ? {} : { classWeights }),
  };
};
