import { choice, type Point, points, range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

/** The best predictors there are, to choose from. */
export const truths = {
  quadratic: "−0.5 + 0.5x + 1.5x²",
  kink: "2·|x − 0.3|",
  wave: "sin(5x)",
} as const;

export interface State {
  readonly truth: keyof typeof truths;
  readonly n: number;
  readonly noise: number;
  readonly degree: number;
  readonly lambda: number;
  readonly seed: number;
  /** Points that were dragged, added or taken away; those of the seed where there are none. */
  readonly own: readonly Point[];
}

export const domains = { x: [-1, 1], y: [-2, 3] } as const;

/** The highest degree. */
export const degrees = 20;

/** Beyond this many the handles hide each other. */
export const most = 40;

/** As good as no penalty. */
export const weakest = 1e-10;

export const fields: Fields<State> = {
  truth: choice("f", "the truth E[y | x]", "quadratic", truths),
  n: range("n", "points", 21, { min: 4, max: most }),
  noise: range("s", "noise, standard deviation", 0.3, { min: 0, max: 1, step: 0.05 }),
  degree: range("d", "degree d of the polynomial", 12, { min: 0, max: degrees }),
  lambda: range("l", "strength λ of ridge (at 10⁻¹⁰ none to speak of)", weakest, {
    min: weakest,
    max: 100,
    logarithmic: true,
  }),
  seed: seed("z", "sample"),
  own: points("p", "points", [], [domains.x, domains.y], most),
};
