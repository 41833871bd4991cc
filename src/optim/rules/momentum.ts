import { decayFactor } from "../../check.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { type Rate, type Rule, rule } from "../rule.js";

export interface MomentumOptions {
  /** @defaultValue 0.01 */
  readonly learningRate?: Rate;
  /** Share of the velocity that is kept from step to step. @defaultValue 0.9 */
  readonly beta?: Rate;
}

/**
 * Gradient descent with momentum:
 *
 *     m ← β·m + g
 *     θ ← θ - η·m
 *
 * Under a steady gradient it moves at the effective learning rate η / (1 - β). The same as PyTorch's SGD without dampening.
 * Throws where the learning rate is negative or beta outside [0, 1).
 * Source: lecture, "Momentum"; Polyak 1964.
 */
export const momentum = (options: MomentumOptions = {}): Rule => {
  const { learningRate = 0.01, beta = 0.9 } = requireKnown("momentum", options, ["learningRate", "beta"]);
  const eta = checkedRate("momentum", "learningRate", learningRate);
  const kept = checkedRate("momentum", "beta", beta, decayFactor);
  return rule(
    "momentum",
    { m: 0 },
    ({ theta, g, m, at }) => {
      const next = m.mul(at(kept)).add(g);
      return { theta: theta.sub(next.mul(at(eta))), m: next };
    },
    { learningRate: eta },
  );
};

/**
 * Nesterov's momentum: the step looks ahead to where the velocity will carry it.
 *
 *     m ← β·m + g
 *     θ ← θ - η·(g + β·m)
 *
 * Throws where the learning rate is negative or beta outside [0, 1).
 * Source: Nesterov 1983, in the form of Sutskever et al. 2013 that PyTorch uses.
 */
export const nesterov = (options: MomentumOptions = {}): Rule => {
  const { learningRate = 0.01, beta = 0.9 } = requireKnown("nesterov", options, ["learningRate", "beta"]);
  const eta = checkedRate("nesterov", "learningRate", learningRate);
  const kept = checkedRate("nesterov", "beta", beta, decayFactor);
  return rule(
    "nesterov",
    { m: 0 },
    ({ theta, g, m, at }) => {
      const next = m.mul(at(kept)).add(g);
      const ahead = g.add(next.mul(at(kept)));
      return { theta: theta.sub(ahead.mul(at(eta))), m: next };
    },
    { learningRate: eta },
  );
};
