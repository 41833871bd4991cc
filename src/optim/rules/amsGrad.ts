import { maximum, sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Rule, rule } from "../rule.js";
import { type AdamOptions, adamNames, adamSettings } from "./adam.js";
import { biasCorrectionOf, decayingAverage } from "./moments.js";

/**
 * AMSGrad: Adam that divides by the largest second moment so far, so that no coordinate's rate grows again.
 *
 *     m ← β₁·m + (1 - β₁)·g,   s ← β₂·s + (1 - β₂)·g²,   v ← max(v, s)
 *     θ ← θ - η·m̂ / (√v̂ + ε)
 *
 * with m̂ = m / (1 - β₁^t) and v̂ = v / (1 - β₂^t), as in PyTorch; without bias correction, as in the paper, m̂ = m, v̂ = v.
 *
 * Throws where the learning rate is negative, a beta outside [0, 1), or epsilon not positive.
 * Source: Reddi, Kale & Kumar 2018.
 */
export const amsGrad = (options: AdamOptions = {}): Rule => {
  const { eta, beta1, beta2, epsilon, biasCorrection } = adamSettings(
    "amsGrad",
    requireKnown("amsGrad", options, adamNames),
  );
  return rule(
    "amsGrad",
    { m: 0, s: 0, v: 0 },
    ({ theta, g, m, s, v, at }) => {
      const nextM = decayingAverage(m, g, beta1);
      const nextS = decayingAverage(s, square(g), beta2);
      const nextV = maximum(v, nextS);
      const mHat = biasCorrection ? nextM.mul(at(biasCorrectionOf(beta1))) : nextM;
      const vHat = biasCorrection ? nextV.mul(at(biasCorrectionOf(beta2))) : nextV;
      const direction = mHat.div(sqrt(vHat).add(epsilon));
      return { theta: theta.sub(direction.mul(at(eta))), m: nextM, s: nextS, v: nextV };
    },
    { learningRate: eta },
  );
};
