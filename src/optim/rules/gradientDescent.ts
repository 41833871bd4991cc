import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { type Rate, type Rule, rule } from "../rule.js";

export interface GradientDescentOptions {
  /** @defaultValue 0.01 */
  readonly learningRate?: Rate;
}

/**
 * (Stochastic, mini-batch) gradient descent:
 *
 *     θ ← θ - η·g
 *
 * Throws where the learning rate is negative or not finite.
 * Source: lecture, "GD for Convex Functions" and "Computation Cost".
 */
export const gradientDescent = (options: GradientDescentOptions = {}): Rule => {
  const { learningRate = 0.01 } = requireKnown("gradientDescent", options, ["learningRate"]);
  const eta = checkedRate("gradientDescent", "learningRate", learningRate);
  return rule("gradientDescent", {}, ({ theta, g, at }) => ({ theta: theta.sub(g.mul(at(eta))) }), {
    learningRate: eta,
  });
};
