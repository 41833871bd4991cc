import { choice, type Point, point, range } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";
import { functionsOfX } from "../functions.js";

export interface State {
  /** What is descended: the bowl ½(x² + κy²), or a function of one number. */
  readonly f: "bowl" | "parabola" | "smooth" | "logistic";
  readonly kappa: number;
  /** The learning rate in multiples of 1/L. */
  readonly eta: number;
  readonly start: Point;
  readonly steps: number;
}

export const domains = { x: [-10, 10], y: [-4, 4], line: [-5, 5] } as const;

export const isPlane = ({ f }: State): boolean => f === "bowl";

export const fields: Fields<State> = {
  f: choice("f", "function", "bowl", {
    bowl: "two dimensions: ½(x² + κy²)",
    parabola: `one dimension: ${functionsOfX.parabola.label}`,
    smooth: `one dimension: ${functionsOfX.smooth.label}`,
    logistic: `one dimension: ${functionsOfX.logistic.label}`,
  }),
  kappa: range("k", "κ, how steep it is along y", 10, { min: 1, max: 100, logarithmic: true }),
  eta: range("e", "learning rate η", 1, {
    min: 0.02,
    max: 2.5,
    step: 0.01,
    unit: "/L",
    marks: [
      { at: 1, label: "1/L" },
      { at: 2, label: "2/L" },
    ],
  }),
  start: point("s", "start", [-9, 2], [domains.x, domains.y]),
  steps: range("t", "steps", 40, { min: 1, max: 200 }),
};
