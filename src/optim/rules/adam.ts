import { check, decayFactor, notNegative, positive } from "../../check.js";
import { sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { weightDecay as decayed } from "../compositions/weightDecay.js";
import { type Rate, type Rule, rule } from "../rule.js";
import { biasCorrectionOf, decayingAverage } from "./moments.js";

export interface AdamOptions {
  /** @defaultValue 1e-3; 2e-3 for `adaMax` and `nAdam` */
  readonly learningRate?: Rate;
  /** Decay of the first moment, the mean of the gradient. @defaultValue 0.9 */
  readonly beta1?: number;
  /** Decay of the second moment, the mean of its square. @defaultValue 0.999 */
  readonly beta2?: number;
  /** @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Divide out that both moments start at 0; false for the formula of the lecture's slide. @defaultValue true */
  readonly biasCorrection?: boolean;
}

/** Names of `AdamOptions`. */
export const adamNames = ["learningRate", "beta1", "beta2", "epsilon", "biasCorrection"] as const;

/** The settings of Adam and its kin with their defaults, checked. `where` is the rule that messages name. */
export const adamSettings = (
  where: string,
  { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, biasCorrection = true }: AdamOptions,
) => {
  const eta = checkedRate(where, "learningRate", learningRate);
  check(where, decayFactor, { beta1, beta2 });
  check(where, positive, { epsilon });
  return { eta, beta1, beta2, epsilon, biasCorrection };
};

/**
 * Adam: RMSProp with momentum, and with correction of the bias of both moments.
 *
 *     m ← β₁·m + (1 - β₁)·g              m̂ = m / (1 - β₁^t)
 *     s ← β₂·s + (1 - β₂)·g²             ŝ = s / (1 - β₂^t)
 *     θ ← θ - η·m̂ / (√ŝ + ε)
 *
 * Without bias correction m̂ = m and ŝ = s, as the slide writes it: the first steps are then about
 * (1 - β₁) / √(1 - β₂) = 3.2 times as long.
 *
 * Throws where the learning rate is negative, a beta outside [0, 1), or epsilon not positive.
 * Source: lecture, "Adam: ADAptive Moments"; Kingma & Ba 2014.
 */
export const adam = (options: AdamOptions = {}): Rule =>
  adamNamed("adam", requireKnown("adam", options, adamNames));

/** The rule of `adam`, under the name that its messages give. */
const adamNamed = (name: string, options: AdamOptions): Rule => {
  const { eta, beta1, beta2, epsilon, biasCorrection } = adamSettings(name, options);
  return rule(
    name,
    { m: 0, s: 0 },
    ({ theta, g, m, s, at }) => {
      const nextM = decayingAverage(m, g, beta1);
      const nextS = decayingAverage(s, square(g), beta2);
      const mHat = biasCorrection ? nextM.mul(at(biasCorrectionOf(beta1))) : nextM;
      const sHat = biasCorrection ? nextS.mul(at(biasCorrectionOf(beta2))) : nextS;
      const direction = mHat.div(sqrt(sHat).add(epsilon));
      return { theta: theta.sub(direction.mul(at(eta))), m: nextM, s: nextS };
    },
    { learningRate: eta },
  );
};

export interface AdamWOptions extends AdamOptions {
  /** λ of `weightDecay`: half of PyTorch's and optax's `weight_decay`. @defaultValue 0.005 */
  readonly weightDecay?: Rate;
}

/**
 * Adam with decoupled weight decay: the step of `adam`, and θ ← θ - 2·η·λ·θ beside it.
 *
 * Throws as `adam` does, and where the weight decay is negative.
 * Source: Loshchilov & Hutter 2019. Why it differs from Adam with an L2 penalty: lecture, "Ridge regression", where the
 * two are equal for plain gradient descent.
 */
export const adamW = (options: AdamWOptions = {}): Rule => {
  const { weightDecay = 0.005, ...others } = requireKnown("adamW", options, [...adamNames, "weightDecay"]);
  const lambda = checkedRate("adamW", "weightDecay", weightDecay, notNegative);
  return { ...decayed(lambda)(adamNamed("adamW", others)), name: "adamW" };
};
