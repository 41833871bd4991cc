import type { PathFit } from "../../linear/index.js";
import { missing } from "../../missing.js";
import { norm } from "../../vector.js";
import { noise } from "../shared/quadratic.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Fits with stronger and stronger ridge. Lecture, "Ridge Regression". */
export const fallingNormClaim = (path: readonly PathFit[]): Claim => {
  const norms = path.map(({ weights }) => norm(weights));
  const [first, last] = [path[0] ?? missing(), path.at(-1) ?? missing()];
  return {
    claim: "As λ grows, ‖ŵ‖₂ decreases",
    measured: `strictly from one to the next of ${path.length} strengths, from ${short(norms[0] ?? missing())} at λ = ${short(first.lambda)} to ${short(norms.at(-1) ?? missing())} at λ = ${short(last.lambda)}`,
    verdict: judged(norms.every((value, i) => i === 0 || value < (norms[i - 1] ?? missing()))),
  };
};

/** Mean squared errors along growing strengths. */
export interface ErrorsAlong {
  readonly lambdas: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Lecture, figure 4.5 (d). */
export const errorsAlongClaim = ({ lambdas, train, test }: ErrorsAlong): Claim => {
  const lowest = Math.min(...test);
  const [first, last] = [test[0] ?? missing(), test.at(-1) ?? missing()];
  return {
    claim: "Test error falls and rises again along λ while train error only rises (figure 4.5 d)",
    measured: `test ${short(first)} at the weakest, ${short(lowest)} at λ = ${short(lambdas[test.indexOf(lowest)] ?? missing())}, ${short(last)} at the strongest; train rises from ${short(train[0] ?? missing())} to ${short(train.at(-1) ?? missing())}`,
    verdict: judged(
      first > 1.05 * lowest &&
        last > 1.05 * lowest &&
        train.every((value, i) => i === 0 || value >= (train[i - 1] ?? missing()) * (1 - 1e-9)),
    ),
  };
};

/** The strength that cross-validation chose, beside the best one. */
export const chosenStrengthClaim = ({ lambdas, test }: ErrorsAlong, chosen: number): Claim => {
  const lowest = Math.min(...test);
  const atChosen = test[lambdas.indexOf(chosen)] ?? missing();
  return {
    claim: "A strength chosen without looking at new data does nearly as well",
    measured: `7-fold cross-validation chooses λ = ${short(chosen)} with test error ${short(atChosen)}; the best possible is ${short(lowest)}, the noise alone ${short(noise ** 2)}`,
    verdict: judged(atChosen < 1.25 * lowest),
  };
};
