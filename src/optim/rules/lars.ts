import { check, decayFactor, notNegative, positive } from "../../check.js";
import { sqrt, squaredNorm } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { type Rate, type Rule, rule } from "../rule.js";
import { ratioOrOne } from "./trustRatio.js";

export interface LarsOptions {
  /** @defaultValue 0.1 */
  readonly learningRate?: Rate;
  /** @defaultValue 0.9 */
  readonly beta?: number;
  /** λ of the penalty λ·‖θ‖², whose gradient 2·λ·θ joins g: half of the paper's. @defaultValue 0 */
  readonly weightDecay?: number;
  /** Trust coefficient: how long a step may be, compared to the parameter. @defaultValue 1e-3 */
  readonly trust?: number;
}

/**
 * LARS: momentum with one rate per parameter tensor, in proportion to the ratio of its norm and its gradient's.
 *
 *     r = trust·‖θ‖ / (‖g‖ + 2·λ·‖θ‖),  or 1 where a norm is 0
 *     m ← β·m + η·r·(g + 2·λ·θ)
 *     θ ← θ - m
 *
 * Throws where the learning rate or the weight decay is negative, beta outside [0, 1), or trust not positive.
 * Source: You, Gitman & Ginsburg 2017, "Large batch training of convolutional networks".
 */
export const lars = (options: LarsOptions = {}): Rule => {
  const {
    learningRate = 0.1,
    beta = 0.9,
    weightDecay = 0,
    trust = 1e-3,
  } = requireKnown("lars", options, ["learningRate", "beta", "weightDecay", "trust"]);
  const eta = checkedRate("lars", "learningRate", learningRate);
  check("lars", decayFactor, { beta });
  check("lars", notNegative, { weightDecay });
  check("lars", positive, { trust });
  return rule(
    "lars",
    { m: 0 },
    ({ theta, g, m, at }) => {
      const norm = sqrt(squaredNorm(theta));
      const slope = sqrt(squaredNorm(g)).add(norm.mul(2 * weightDecay));
      const ratio = ratioOrOne(norm.mul(trust), slope);
      const next = m.mul(beta).add(g.add(theta.mul(2 * weightDecay)).mul(ratio.mul(at(eta))));
      return { theta: theta.sub(next), m: next };
    },
    { learningRate: eta },
  );
};
