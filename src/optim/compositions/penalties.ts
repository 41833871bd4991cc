import { maximum, minimum, sign, type Tensor } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import type { Rate } from "../rule.js";
import { scaleRate } from "../schedules/combine.js";
import { type Composition, learningRateOf, onGradient, onStep } from "./composition.js";

/**
 * The penalty λ·‖θ‖² through its gradient: `g ← g + 2·λ·θ`. Weights become small.
 *
 * Throws where lambda is negative.
 * Source: lecture, "Regularization" and "Ridge Regression". PyTorch's `weight_decay` of SGD and Adam is 2·λ.
 */
export const l2 = (lambda: Rate): Composition => {
  const strength = checkedRate("l2", "lambda", lambda);
  return onGradient("l2", {}, ({ theta, g, at }) => ({
    g: g.add(theta.mul(at(scaleRate(strength, 2)))),
  }));
};

/**
 * The penalty λ·‖θ‖₁ through a proximal step, which makes weights exactly 0: after the step of the rule, whose outcome is
 * θ', every weight moves towards 0 by η·λ and stops there.
 *
 *     θ ← sign(θ')·max(|θ'| - η·λ, 0)
 *
 * η is the rule's learning rate. Where the rule moves at another effective rate, the penalty's strength changes by the same
 * ratio: under `momentum` it acts as (1 - β)·λ.
 *
 * Throws where lambda is negative, or, when the rule is used, where it does not tell its learning rate.
 * Source: lecture, "ℓ1 Regularization Produces Sparse Solutions"; Parikh & Boyd 2014, section 6.5.
 */
export const l1 = (lambda: Rate): Composition => {
  const strength = checkedRate("l1", "lambda", lambda);
  return onStep("l1", {}, ({ next, at, rule }) => ({
    theta: softThreshold(next, at(scaleRate(learningRateOf("l1", rule), strength))),
  }));
};

/**
 * The penalty λ·‖θ‖₁ through a subgradient: `g ← g + λ·sign(θ)`. Weights come close to 0 and hop around it; `l1` makes them
 * exactly 0.
 *
 * Throws where lambda is negative.
 * Source: lecture, "Regularization".
 */
export const l1Subgradient = (lambda: Rate): Composition => {
  const strength = checkedRate("l1Subgradient", "lambda", lambda);
  return onGradient("l1Subgradient", {}, ({ theta, g, at }) => ({
    g: g.add(sign(theta).mul(at(strength))),
  }));
};

export interface L1L2Strengths {
  /** λ₁, which multiplies ‖θ‖₁. */
  readonly l1: Rate;
  /** λ₂, which multiplies ‖θ‖². */
  readonly l2: Rate;
}

/**
 * The penalty λ₁·‖θ‖₁ + λ₂·‖θ‖² through its proximal step, which shrinks weights and makes some exactly 0:
 *
 *     θ ← sign(θ')·max(|θ'| - η·λ₁, 0) / (1 + 2·η·λ₂),   θ' being what the rule computes
 *
 * η is the rule's learning rate, as for `l1`.
 *
 * Throws where a lambda is negative, or, when the rule is used, where it does not tell its learning rate.
 * Source: Zou & Hastie 2005; the step: Parikh & Boyd 2014, section 6.5.
 */
export const l1l2 = (options: L1L2Strengths): Composition => {
  const { l1, l2 } = requireKnown("l1l2", options, ["l1", "l2"]);
  const first = checkedRate("l1l2", "l1", l1);
  const second = checkedRate("l1l2", "l2", l2);
  return onStep("l1l2", {}, ({ next, at, rule }) => {
    const eta = learningRateOf("l1l2", rule);
    const shrinkage = at(scaleRate(scaleRate(eta, second), 2)).add(1);
    return { theta: softThreshold(next, at(scaleRate(eta, first))).div(shrinkage) };
  });
};

/** `sign(x)·max(|x| - τ, 0)`, written as x - min(max(x, -τ), τ), whose zeros are exact and positive. */
const softThreshold = (x: Tensor, tau: Tensor): Tensor => x.sub(minimum(maximum(x, tau.neg()), tau));
