import { missing } from "../../missing.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Whether training lowers its loss. Lecture, "Gradient descent for learning". */
export const fallingLossClaim = (losses: readonly number[]): Claim => {
  const [first, last] = [losses[0] ?? missing(), losses.at(-1) ?? missing()];
  return {
    claim: "Following the gradient of batches lowers the training loss",
    measured: `from ${first.toPrecision(3)} in the first epoch to ${last.toPrecision(3)} in epoch ${losses.length}`,
    verdict: losses.length < 2 ? "undecided" : judged(last < first),
  };
};

/**
 * The loss on the examples that were trained on against that on others: what is minimised is an optimistic estimate. Lecture, "Learning theory". Within two
 * standard errors of a mean over `examples` losses, taken to be as large as the mean itself, it is undecided.
 */
export const optimismClaim = (trained: number, unseen: number, examples: number): Claim => {
  const error = (2 * Math.max(trained, unseen)) / Math.sqrt(examples);
  return {
    claim: "The loss on unseen examples is above the training loss",
    measured: `${unseen.toPrecision(3)} on ${examples} unseen examples, ${trained.toPrecision(3)} on those of training`,
    verdict: Math.abs(unseen - trained) <= error ? "undecided" : judged(unseen > trained),
  };
};
