import { choice, position, range, seed, text } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";
import { functionsOfX, labelsOf } from "../functions.js";

export interface State {
  readonly f: keyof typeof functionsOfX | "typed";
  readonly typed: string;
  readonly x1: number;
  readonly x2: number;
  /** The L of the quadratic above, in multiples of the L that was found. */
  readonly share: number;
  readonly seed: number;
}

export const domain = [-4, 4] as const;

export const fields: Fields<State> = {
  f: choice("f", "function", "smooth", { ...labelsOf(functionsOfX), typed: "one that you type" }),
  typed: text("g", "f(x) =", "x^2/2 + cos(2x)", "such as x^4/4 - x^2 + 0.3x"),
  share: range("l", "L of the quadratic above, as a share of the L found", 1, {
    min: 0.1,
    max: 2,
    step: 0.05,
  }),
  x1: position("a", "x₁", 2, ...domain),
  x2: position("b", "x₂", -1, ...domain),
  seed: seed("s", "seed of the pairs that are tried"),
};

/** What is looked at, as one would type it. */
export const textOf = ({ f, typed }: State): string => (f === "typed" ? typed : functionsOfX[f].text);
