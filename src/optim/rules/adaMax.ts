import { abs, maximum } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Rule, rule } from "../rule.js";
import { type AdamOptions, adamSettings } from "./adam.js";
import { biasCorrectionOf, decayingAverage } from "./moments.js";

export type AdaMaxOptions = Omit<AdamOptions, "biasCorrection">;

/**
 * AdaMax: Adam with the infinity norm in place of the root mean square.
 *
 *     m ← β₁·m + (1 - β₁)·g
 *     u ← max(β₂·u, |g| + ε)
 *     θ ← θ - η / (1 - β₁^t) · m / u
 *
 * The paper has no ε; this is where PyTorch and optax put it, so that a coordinate without gradient does not divide by 0.
 *
 * Throws where the learning rate is negative, a beta outside [0, 1), or epsilon not positive.
 * Source: Kingma & Ba 2014, section 7.1, which the lecture's Adam slide cites.
 */
export const adaMax = (options: AdaMaxOptions = {}): Rule => {
  const { learningRate = 2e-3, ...others } = requireKnown("adaMax", options, [
    "learningRate",
    "beta1",
    "beta2",
    "epsilon",
  ]);
  const { eta, beta1, beta2, epsilon } = adamSettings("adaMax", { learningRate, ...others });
  return rule(
    "adaMax",
    { m: 0, u: 0 },
    ({ theta, g, m, u, at }) => {
      const nextM = decayingAverage(m, g, beta1);
      const nextU = maximum(u.mul(beta2), abs(g).add(epsilon));
      const mHat = nextM.mul(at(biasCorrectionOf(beta1)));
      return { theta: theta.sub(mHat.div(nextU).mul(at(eta))), m: nextM, u: nextU };
    },
    { learningRate: eta },
  );
};
