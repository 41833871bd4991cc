import { checkedRate } from "../check.js";
import type { Rate } from "../rule.js";
import { scaleRate } from "../schedules/combine.js";
import { type Composition, learningRateOf, onStep } from "./composition.js";

/**
 * Decoupled weight decay: beside the step of the rule, the weights shrink by the factor 1 - η·λ.
 *
 *     θ ← θ' - η·λ·θ,   θ' being what the rule computes
 *
 * Under plain gradient descent λ here equals the penalty `l2(λ/2)`; under other rules the two differ.
 *
 * Throws where lambda is negative, or, when the rule is used, where it does not tell its learning rate.
 * Source: lecture, "Ridge regression" (weight decay); Loshchilov & Hutter 2019.
 */
export const weightDecay = (lambda: Rate): Composition => {
  const strength = checkedRate("weightDecay", "lambda", lambda);
  return onStep("weightDecay", {}, ({ theta, next, at, rule }) => ({
    theta: next.sub(theta.mul(at(scaleRate(learningRateOf("weightDecay", rule), strength)))),
  }));
};
