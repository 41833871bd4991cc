import { check, decayFactor, notNegative } from "../../check.js";
import { sign } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { weightDecay as decayed } from "../compositions/weightDecay.js";
import { type Rate, type Rule, rule } from "../rule.js";
import { decayingAverage } from "./moments.js";

export interface LionOptions {
  /** @defaultValue 1e-4 */
  readonly learningRate?: Rate;
  /** Decay of the average whose sign is the step. @defaultValue 0.9 */
  readonly beta1?: number;
  /** Decay of the average that is remembered. @defaultValue 0.99 */
  readonly beta2?: number;
  /** λ of `weightDecay`, half of optax's `weight_decay`. @defaultValue 0 */
  readonly weightDecay?: Rate;
}

/**
 * Lion: every coordinate moves by the learning rate, in the direction of the sign of an average gradient.
 *
 *     θ ← θ - η·( sign(β₁·m + (1 - β₁)·g) + 2·λ·θ )
 *     m ← β₂·m + (1 - β₂)·g
 *
 * Throws where the learning rate or the weight decay is negative or a beta outside [0, 1).
 * Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms".
 */
export const lion = (options: LionOptions = {}): Rule => {
  const {
    learningRate = 1e-4,
    beta1 = 0.9,
    beta2 = 0.99,
    weightDecay = 0,
  } = requireKnown("lion", options, ["learningRate", "beta1", "beta2", "weightDecay"]);
  const eta = checkedRate("lion", "learningRate", learningRate);
  const lambda = checkedRate("lion", "weightDecay", weightDecay, notNegative);
  check("lion", decayFactor, { beta1, beta2 });
  const signed = rule(
    "lion",
    { m: 0 },
    ({ theta, g, m, at }) => ({
      theta: theta.sub(sign(decayingAverage(m, g, beta1)).mul(at(eta))),
      m: decayingAverage(m, g, beta2),
    }),
    { learningRate: eta },
  );
  return lambda === 0 ? signed : { ...decayed(lambda)(signed), name: "lion" };
};
