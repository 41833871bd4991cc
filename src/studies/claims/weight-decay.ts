import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** How far two ways of shrinking weights are apart at most, relative to the weights' norm. `rounding` is what the numbers' own precision explains. */
export interface Apart {
  readonly steps: number;
  readonly worst: number;
  readonly rounding: number;
}

/** Penalty against decay under gradient descent. Lecture, "Weight Decay". */
export const sameUnderDescentClaim = ({ steps, worst, rounding }: Apart): Claim => ({
  claim: "The L2 penalty λ and the decay 1 − 2ηλ are the same under gradient descent",
  measured: `at most ${short(worst)} of the weights' norm over ${steps} steps`,
  verdict: judged(worst < rounding),
});

/** Penalty against decay under Adam, where `worst` is of the two's distance. Loshchilov & Hutter 2019. */
export const notSameUnderAdamClaim = (lambda: number, { worst }: Pick<Apart, "worst">): Claim => ({
  claim: "They are not the same under Adam",
  measured: `with the same λ = ${short(lambda)} the weights are up to ${short(100 * worst)} % apart under Adam`,
  verdict: judged(worst > 1e-2),
});

/** Distances to the ridge minimiser at the end, as shares of its norm. */
export interface FromRidge {
  readonly descentPenalty: number;
  readonly descentDecay: number;
  readonly adamPenalty: number;
  readonly adamDecay: number;
}

/** Where each ends. Undecided where a penalised run is still on its way. */
export const ridgeMinimiserClaim = (
  { descentPenalty, descentDecay, adamPenalty, adamDecay }: FromRidge,
  near: number,
): Claim => {
  const percent = (value: number) => `${short(100 * value)} %`;
  const arrived = descentPenalty < near && adamPenalty < near;
  return {
    claim:
      "The penalty leads to the ridge minimiser whatever the rule; decay does so under gradient descent only",
    measured: `distance to the closed form: GD with penalty ${percent(descentPenalty)}, GD with decay ${percent(descentDecay)}, Adam with penalty ${percent(adamPenalty)}, AdamW ${percent(adamDecay)}`,
    verdict: arrived ? judged(descentDecay < near && adamDecay > 2 * near) : "undecided",
  };
};
