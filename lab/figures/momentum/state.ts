import { choice, type Point, point, range } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  /** The condition number of the ravine ½(x² + κy²): L = κ, μ = 1. */
  readonly kappa: number;
  /** The learning rate in multiples of 1/L. */
  readonly eta: number;
  readonly beta: number;
  readonly start: Point;
  readonly steps: number;
  /** What momentum is compared with. */
  readonly versus: "effective" | "same" | "best";
}

export const domains = { x: [-10, 2.5], y: [-2.2, 2.2], eta: [0, 4], beta: [0, 1] } as const;

export const fields: Fields<State> = {
  kappa: range("k", "condition number κ", 25, { min: 2, max: 1000, logarithmic: true }),
  eta: range("e", "learning rate η", 0.475, {
    min: 0.005,
    max: 4,
    step: 0.005,
    unit: "/L",
    marks: [
      { at: 1, label: "1/L" },
      { at: 2, label: "2/L" },
    ],
  }),
  beta: range("b", "momentum β", 0.75, { min: 0, max: 0.995, step: 0.005 }),
  versus: choice("v", "beside it, gradient descent with", "effective", {
    effective: "the same effective rate η/(1 − β)",
    same: "the same η",
    best: "its best rate, 2/(L + μ)",
  }),
  start: point("s", "start", [-9.5, 1.6], [domains.x, domains.y]),
  steps: range("t", "steps", 60, { min: 5, max: 400 }),
};
