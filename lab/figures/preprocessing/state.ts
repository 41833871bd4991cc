import { type Point, point, range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  /** Of both features. */
  readonly mean: Point;
  /** Standard deviation of each. */
  readonly spread: Point;
  readonly correlation: number;
  readonly examples: number;
  readonly steps: number;
  readonly seed: number;
}

/** Half of each axis of the cloud as it comes, and of one with deviations of 1. */
export const reach = { given: 8, scaled: 4 } as const;

export const limits = { mean: [-5, 5], spread: [0.1, 3] } as const;

export const fields: Fields<State> = {
  mean: point("m", "mean of the cloud", [2.4, 1.6], [limits.mean, limits.mean]),
  spread: point("d", "deviations of the cloud", [1.6, 0.6], [limits.spread, limits.spread]),
  correlation: range("c", "correlation of the two features", 0.6, { min: 0, max: 0.98, step: 0.01 }),
  examples: range("n", "examples", 60, { min: 10, max: 200, step: 10 }),
  steps: range("t", "steps", 150, { min: 10, max: 500, step: 10 }),
  seed: seed(),
};
