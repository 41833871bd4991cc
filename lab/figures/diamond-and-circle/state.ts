import { type Point, point, range } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  /** Where the loss is least. */
  readonly free: Point;
  /** B, the radius of both balls. */
  readonly radius: number;
  /** Of the two features. */
  readonly correlation: number;
}

/** Of each weight in the picture. */
export const domain = [-3, 3] as const;

export const largest = 4;

export const fields: Fields<State> = {
  free: point("w", "minimum of the loss", [1.8, 0.6], [domain, domain]),
  radius: range("b", "radius B", 1, { min: 0.1, max: largest, step: 0.05 }),
  correlation: range("c", "correlation of the two features", 0.4, { min: -0.9, max: 0.9, step: 0.05 }),
};
