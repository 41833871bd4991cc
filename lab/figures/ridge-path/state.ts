import { range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  /** log₁₀ λ. */
  readonly strength: number;
  readonly degree: number;
  readonly points: number;
  readonly seed: number;
}

/** log₁₀ of the weakest and of the strongest λ, and from one to the next. */
export const strengths = { least: -10, most: 4, step: 0.1 } as const;

export const fields: Fields<State> = {
  strength: range("l", "log₁₀ λ", -1, {
    min: strengths.least,
    max: strengths.most,
    step: strengths.step,
  }),
  degree: range("d", "degree", 14, { min: 1, max: 18 }),
  points: range("n", "points", 21, { min: 7, max: 100 }),
  seed: seed(),
};
