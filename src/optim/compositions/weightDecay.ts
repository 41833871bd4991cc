import { checkedRate } from "../checked-rate.js";
import type { Rate } from "../rule.js";
import { scaleRate } from "../schedules/combine.js";
import { type Composition, learningRateOf, onStep } from "./composition.js";

/**
 * Decoupled weight decay: beside the step of the rule, the weights shrink by the factor 1 - 2·η·λ.
 *
 *     θ ← θ' - 2·η·λ·θ,   θ' being what the rule computes
 *
 * λ is that of the penalty λ·‖θ‖², as everywhere: under plain gradient descent this equals `l2(λ)`; under other rules the two
 * differ. PyTorch's and optax's `weight_decay` is 2·λ.
 *
 * Throws where lambda is negative, or, when the rule is used, where it does not tell its learning rate.
 * Source: lecture, "Ridge regression" (weight decay); Loshchilov & Hutter 2019.
 */
export const weightDecay = (lambda: Rate): Composition => {
  const strength = checkedRate("weightDecay", "lambda", lambda);
  return onStep("weightDecay", {}, ({ theta, next, at, rule }) => ({
    theta: next.sub(theta.mul(at(scaleRate(scaleRate(learningRateOf("weightDecay", rule), strength), 2)))),
  }));
};
