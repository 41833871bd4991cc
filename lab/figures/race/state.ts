import { choice, LinkError, type Point, point, range, seed, several, text } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";
import { labelsOf } from "../functions.js";
import { type LandscapeName, landscapeOf, landscapes } from "./landscapes.js";

/** The library's rules, as the study calls them, with how a program makes them. */
export const rules = {
  "gradient-descent": { label: "gradient descent", code: "gradientDescent" },
  momentum: { label: "momentum", code: "momentum" },
  adagrad: { label: "AdaGrad", code: "adagrad" },
  rmsprop: { label: "RMSProp", code: "rmsProp" },
  adam: { label: "Adam", code: "adam" },
  nesterov: { label: "Nesterov", code: "nesterov" },
  adamw: { label: "AdamW", code: "adamW" },
  adamax: { label: "AdaMax", code: "adaMax" },
  nadam: { label: "NAdam", code: "nAdam" },
  amsgrad: { label: "AMSGrad", code: "amsGrad" },
  adadelta: { label: "Adadelta", code: "adadelta" },
  lion: { label: "Lion", code: "lion" },
  lars: { label: "LARS", code: "lars" },
  lamb: { label: "LAMB", code: "lamb" },
} as const;

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as RuleName[];

export interface State {
  readonly landscape: LandscapeName;
  readonly typed: string;
  readonly rules: readonly RuleName[];
  /** Rates of one's own, such as "adam: 0.1"; the others are tuned. */
  readonly rates: string;
  readonly start: Point;
  readonly steps: number;
  readonly noise: number;
  readonly seed: number;
}

export const fields: Fields<State> = {
  landscape: choice("f", "function", "ravine", labelsOf(landscapes)),
  typed: text("g", "f(x, y) =", "sin(x) cos(y) + (x^2 + y^2)/20", "such as x^2 + 3y^2 - cos(2x y)"),
  rules: several(
    "r",
    "rules",
    ["gradient-descent", "momentum", "adagrad", "rmsprop", "adam"],
    labelsOf(rules),
  ),
  rates: text(
    "q",
    "learning rates of your own; the others are tuned as in the study",
    "",
    "adam: 0.1, momentum: 0.01",
  ),
  start: point("s", "start", landscapes.ravine.start, [
    [-6, 6],
    [-6, 6],
  ]),
  steps: range("t", "steps", 200, { min: 10, max: 1000, step: 10 }),
  noise: range("n", "noise in the gradients, standard deviation", 0, { min: 0, max: 5, step: 0.05 }),
  seed: seed("z", "seed of the noise"),
};

export const textOf = ({ landscape, typed }: State): string =>
  landscape === "typed" ? typed : landscapeOf(landscape).text;

/** Rates that were typed, by their rules. Throws where they cannot be read. */
export const ratesOf = ({ rates }: State): ReadonlyMap<RuleName, number> =>
  new Map(
    rates
      .split(",")
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const [name = "", rate = ""] = part.split(":").map((each) => each.trim());
        const key = name.toLowerCase().replaceAll(" ", "-");
        if (!Object.hasOwn(rules, key)) {
          throw new LinkError(
            `learning rates: there is no rule "${name}"; there are ${ruleNames.join(", ")}`,
          );
        }
        if (!(Number(rate) > 0 && Number(rate) < Number.POSITIVE_INFINITY)) {
          throw new LinkError(`learning rates: "${part.trim()}"; write a rule and its rate, as in adam: 0.1`);
        }
        return [key as RuleName, Number(rate)] as const;
      }),
  );
