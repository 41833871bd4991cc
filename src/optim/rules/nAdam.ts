import { SteepestError } from "../../errors.js";
import { sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Rule, rule } from "../rule.js";
import { type AdamOptions, adamSettings } from "./adam.js";
import { biasCorrectionOf, decayingAverage } from "./moments.js";

export interface NAdamOptions extends Omit<AdamOptions, "biasCorrection"> {
  /** ψ: how fast the momentum rises to beta1; `Infinity` for a momentum of beta1 from the first step on. @defaultValue 0.004 */
  readonly momentumDecay?: number;
}

/**
 * Adam with Nesterov's momentum:
 *
 *     m ← β₁·m + (1 - β₁)·g,   s ← β₂·s + (1 - β₂)·g²,   ŝ = s / (1 - β₂^t)
 *     θ ← θ - η·( (1 - μₜ) / (1 - Πμᵢ, i ≤ t)·g + μₜ₊₁ / (1 - Πμᵢ, i ≤ t+1)·m ) / (√ŝ + ε)
 *     μₜ = β₁·(1 - ½·0.96^(ψ·t))
 *
 * ψ = 0.004 is the paper's and PyTorch's; ψ = Infinity makes μₜ = β₁, optax's form.
 *
 * Throws where the learning rate or the momentum decay is negative, a beta outside [0, 1), or epsilon not positive.
 * Source: Dozat 2016.
 */
export const nAdam = (options: NAdamOptions = {}): Rule => {
  const {
    learningRate = 2e-3,
    momentumDecay = 0.004,
    ...others
  } = requireKnown("nAdam", options, ["learningRate", "beta1", "beta2", "epsilon", "momentumDecay"]);
  const { eta, beta1, beta2, epsilon } = adamSettings("nAdam", { learningRate, ...others });
  if (!(momentumDecay >= 0)) {
    throw new SteepestError(
      `nAdam: momentumDecay is ${momentumDecay}; expected a number that is not negative, or Infinity`,
    );
  }
  const mu = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (momentumDecay * t));
  const muProduct = runningProduct(mu);
  return rule(
    "nAdam",
    { m: 0, s: 0 },
    ({ theta, g, m, s, at }) => {
      const nextM = decayingAverage(m, g, beta1);
      const nextS = decayingAverage(s, square(g), beta2);
      const sHat = nextS.mul(at(biasCorrectionOf(beta2)));
      const now = at(({ step }) => (1 - mu(step + 1)) / (1 - muProduct(step + 1)));
      const ahead = at(({ step }) => mu(step + 2) / (1 - muProduct(step + 1) * mu(step + 2)));
      const direction = g.mul(now).add(nextM.mul(ahead)).div(sqrt(sHat).add(epsilon));
      return { theta: theta.sub(direction.mul(at(eta))), m: nextM, s: nextS };
    },
    { learningRate: eta },
  );
};

/** `f(1)·f(2)·…·f(t)` as a function of t, which costs one multiplication when t goes up by one. */
const runningProduct = (f: (t: number) => number): ((t: number) => number) => {
  let at = 0;
  let product = 1;
  return (t) => {
    if (t < at) [at, product] = [0, 1];
    while (at < t) product *= f(++at);
    return product;
  };
};
