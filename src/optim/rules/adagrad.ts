import { check, checkOneOf, notNegative, positive } from "../../check.js";
import { square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { type Rate, type Rule, rule } from "../rule.js";
import { type EpsilonPlacement, epsilonPlacements, rootWithEpsilon } from "./moments.js";

export interface AdagradOptions {
  /** @defaultValue 0.01 */
  readonly learningRate?: Rate;
  /** @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** `√(s + ε)`, the lecture's, or `√s + ε`, PyTorch's. @defaultValue "inside" */
  readonly epsilonPlacement?: EpsilonPlacement;
  /** Value of s before the first step; above 0 it makes the first steps smaller. @defaultValue 0 */
  readonly initialAccumulator?: number;
}

/**
 * AdaGrad: each coordinate's rate shrinks with the sum of its squared gradients.
 *
 *     s ← s + g²
 *     θ ← θ - η·g / √(s + ε)
 *
 * Throws where the learning rate or the initial accumulator is negative or epsilon not positive.
 * Source: lecture, "AdaGrad"; Duchi, Hazan & Singer 2011.
 */
export const adagrad = (options: AdagradOptions = {}): Rule => {
  const {
    learningRate = 0.01,
    epsilon = 1e-8,
    epsilonPlacement = "inside",
    initialAccumulator = 0,
  } = requireKnown("adagrad", options, ["learningRate", "epsilon", "epsilonPlacement", "initialAccumulator"]);
  const eta = checkedRate("adagrad", "learningRate", learningRate);
  check("adagrad", positive, { epsilon });
  check("adagrad", notNegative, { initialAccumulator });
  checkOneOf("adagrad", "epsilonPlacement", epsilonPlacement, epsilonPlacements);
  return rule(
    "adagrad",
    { s: initialAccumulator },
    ({ theta, g, s, at }) => {
      const next = s.add(square(g));
      const direction = g.div(rootWithEpsilon(next, epsilon, epsilonPlacement));
      return { theta: theta.sub(direction.mul(at(eta))), s: next };
    },
    { learningRate: eta },
  );
};
