import { choice, position, range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";
import { labels, type Name, SIDE } from "./transformations.js";

export interface State {
  readonly first: Name;
  readonly firstAmount: number;
  readonly second: Name | "none";
  readonly secondAmount: number;
  readonly epoch: number;
  readonly seed: number;
  /** The row of pixels whose brightness is drawn. */
  readonly row: number;
}

const share = { min: 0, max: 1, step: 0.01 } as const;

export const fields: Fields<State> = {
  first: choice("f", "transformation", "rotate", labels),
  firstAmount: range("a", "its strength, of what it can be", 0.15, share),
  second: choice("g", "and then", "none", { none: "nothing else", ...labels }),
  secondAmount: range("b", "the strength of that", 0.5, share),
  epoch: range("t", "epoch", 0, { min: 0, max: 20 }),
  seed: seed(),
  row: position("r", "row of the readout", 60, 0, SIDE - 1),
};
