import { check, decayFactor, positive } from "../../check.js";
import { sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { type Rate, type Rule, rule } from "../rule.js";
import { decayingAverage } from "./moments.js";

export interface AdadeltaOptions {
  /** @defaultValue 1, as in the paper, whose steps have the unit of θ by themselves */
  readonly learningRate?: Rate;
  /** @defaultValue 0.9 */
  readonly beta?: number;
  /** @defaultValue 1e-6 */
  readonly epsilon?: number;
}

/**
 * Adadelta: RMSProp whose rate is the root mean square of its own past steps.
 *
 *     s ← β·s + (1 - β)·g²
 *     Δ = √(d + ε) / √(s + ε)·g
 *     d ← β·d + (1 - β)·Δ²
 *     θ ← θ - η·Δ
 *
 * Throws where the learning rate is negative, beta outside [0, 1), or epsilon not positive.
 * Source: Zeiler 2012.
 */
export const adadelta = (options: AdadeltaOptions = {}): Rule => {
  const {
    learningRate = 1,
    beta = 0.9,
    epsilon = 1e-6,
  } = requireKnown("adadelta", options, ["learningRate", "beta", "epsilon"]);
  const eta = checkedRate("adadelta", "learningRate", learningRate);
  check("adadelta", decayFactor, { beta });
  check("adadelta", positive, { epsilon });
  return rule(
    "adadelta",
    { s: 0, d: 0 },
    ({ theta, g, s, d, at }) => {
      const nextS = decayingAverage(s, square(g), beta);
      const delta = sqrt(d.add(epsilon))
        .div(sqrt(nextS.add(epsilon)))
        .mul(g);
      return {
        theta: theta.sub(delta.mul(at(eta))),
        s: nextS,
        d: decayingAverage(d, square(delta), beta),
      };
    },
    { learningRate: eta },
  );
};
