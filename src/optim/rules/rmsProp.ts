import { check, checkOneOf, decayFactor, positive } from "../../check.js";
import { maximum, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { onGradient } from "../compositions/composition.js";
import type { Rate, Rule } from "../rule.js";
import { gradientDescent } from "./gradientDescent.js";
import { decayingAverage, type EpsilonPlacement, epsilonPlacements, rootWithEpsilon } from "./moments.js";
import { momentum as withMomentum } from "./momentum.js";

export interface RmsPropOptions {
  /** @defaultValue 1e-3 */
  readonly learningRate?: Rate;
  /** @defaultValue 0.9 */
  readonly beta?: number;
  /** @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** `√(s + ε)`, the lecture's, or `√s + ε`, PyTorch's. @defaultValue "inside" */
  readonly epsilonPlacement?: EpsilonPlacement;
  /** Momentum of the scaled gradient; 0 for none. @defaultValue 0 */
  readonly momentum?: number;
  /** Divide by the standard deviation of the gradient in place of its root mean square. @defaultValue false */
  readonly centered?: boolean;
}

/**
 * RMSProp: gradient descent whose gradient is divided by the root of its decaying mean square.
 *
 *     s ← β·s + (1 - β)·g²
 *     θ ← θ - η·g / √(s + ε)
 *
 * With `centered`, s - a² stands in place of s under the root, where a ← β·a + (1 - β)·g (Graves 2013); with `momentum`,
 * the scaled gradient drives `momentum` in place of gradient descent. The lecture's slide writes g of the step before into
 * s; the gradient of the step itself is used here, as on its AdaGrad slide and in every library.
 *
 * Throws where the learning rate is negative, beta or momentum outside [0, 1), or epsilon not positive.
 * Source: lecture, "RMSProp"; Tieleman & Hinton 2012.
 */
export const rmsProp = (options: RmsPropOptions = {}): Rule => {
  const {
    learningRate = 1e-3,
    beta = 0.9,
    epsilon = 1e-8,
    epsilonPlacement = "inside",
    momentum = 0,
    centered = false,
  } = requireKnown("rmsProp", options, [
    "learningRate",
    "beta",
    "epsilon",
    "epsilonPlacement",
    "momentum",
    "centered",
  ]);
  const eta = checkedRate("rmsProp", "learningRate", learningRate);
  check("rmsProp", decayFactor, { beta, momentum });
  check("rmsProp", positive, { epsilon });
  checkOneOf("rmsProp", "epsilonPlacement", epsilonPlacement, epsilonPlacements);

  const scaled = onGradient("rmsProp", { s: 0 }, ({ g, s }) => {
    const next = decayingAverage(s, square(g), beta);
    return { g: g.div(rootWithEpsilon(next, epsilon, epsilonPlacement)), s: next };
  });
  const scaledByDeviation = onGradient("rmsProp", { s: 0, a: 0 }, ({ g, s, a }) => {
    const nextS = decayingAverage(s, square(g), beta);
    const nextA = decayingAverage(a, g, beta);
    // Not negative but for rounding, which must not reach the root.
    const variance = maximum(nextS.sub(square(nextA)), 0);
    return { g: g.div(rootWithEpsilon(variance, epsilon, epsilonPlacement)), s: nextS, a: nextA };
  });
  const driven =
    momentum > 0
      ? withMomentum({ learningRate: eta, beta: momentum })
      : gradientDescent({ learningRate: eta });
  return { ...(centered ? scaledByDeviation : scaled)(driven), name: "rmsProp" };
};
