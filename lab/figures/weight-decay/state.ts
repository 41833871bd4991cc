import { type Point, point, range } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  readonly start: Point;
  readonly optimum: Point;
  readonly lambda: number;
  readonly curvature: number;
  /** Of gradient descent, in multiples of 1/L of the penalised loss. */
  readonly eta: number;
  readonly adamRate: number;
  readonly steps: number;
}

export const domains = { x: [-3, 3], y: [-2, 2.5] } as const;

const limits = [domains.x, domains.y] as const;

export const fields: Fields<State> = {
  start: point("s", "start", [-2.2, -1.2], limits),
  optimum: point("o", "minimum of the loss", [2, 1.5], limits),
  lambda: range("l", "strength λ", 0.3, { min: 0.001, max: 2, logarithmic: true }),
  curvature: range("k", "curvature along w₂ (along w₁ it is 1)", 8, { min: 1, max: 50 }),
  eta: range("e", "learning rate of gradient descent", 0.5, { min: 0.05, max: 1, step: 0.05, unit: "/L" }),
  adamRate: range("a", "learning rate of Adam", 0.05, { min: 0.002, max: 0.3, logarithmic: true }),
  steps: range("t", "steps", 300, { min: 10, max: 1000, step: 10 }),
};
