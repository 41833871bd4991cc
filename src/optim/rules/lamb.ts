import { check, notNegative } from "../../check.js";
import { sqrt, square, squaredNorm } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Rule, rule } from "../rule.js";
import { type AdamOptions, adamSettings } from "./adam.js";
import { biasCorrectionOf, decayingAverage } from "./moments.js";
import { ratioOrOne } from "./trustRatio.js";

export interface LambOptions extends Omit<AdamOptions, "biasCorrection"> {
  /** @defaultValue 1e-6 */
  readonly epsilon?: number;
  /** λ of the penalty λ·‖θ‖², whose gradient joins the normalised direction: half of optax's `weight_decay`. @defaultValue 0 */
  readonly weightDecay?: number;
}

/**
 * LAMB: Adam whose step on each parameter tensor is as long as η times the tensor itself.
 *
 *     u = m̂ / (√ŝ + ε) + 2·λ·θ,   with m̂ and ŝ as in `adam`
 *     θ ← θ - η·‖θ‖ / ‖u‖·u,    the ratio being 1 where a norm is 0
 *
 * Throws where the learning rate or the weight decay is negative, a beta outside [0, 1), or epsilon not positive.
 * Source: You et al. 2020, "Large batch optimization for deep learning: training BERT in 76 minutes".
 */
export const lamb = (options: LambOptions = {}): Rule => {
  const {
    epsilon = 1e-6,
    weightDecay = 0,
    ...others
  } = requireKnown("lamb", options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"]);
  const { eta, beta1, beta2 } = adamSettings("lamb", { epsilon, ...others });
  check("lamb", notNegative, { weightDecay });
  return rule(
    "lamb",
    { m: 0, s: 0 },
    ({ theta, g, m, s, at }) => {
      const nextM = decayingAverage(m, g, beta1);
      const nextS = decayingAverage(s, square(g), beta2);
      const mHat = nextM.mul(at(biasCorrectionOf(beta1)));
      const sHat = nextS.mul(at(biasCorrectionOf(beta2)));
      const u = mHat.div(sqrt(sHat).add(epsilon)).add(theta.mul(2 * weightDecay));
      const ratio = ratioOrOne(sqrt(squaredNorm(theta)), sqrt(squaredNorm(u)));
      return { theta: theta.sub(u.mul(ratio.mul(at(eta)))), m: nextM, s: nextS };
    },
    { learningRate: eta },
  );
};
