import { point, range, seed } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

type Point = readonly [number, number];

export interface State {
  readonly rate: number;
  readonly depth: number;
  readonly layer: number;
  readonly batch: number;
  readonly momentum: number;
  readonly epochs: number;
  /** β and γ of one unit. */
  readonly affine: Point;
  readonly seed: number;
}

/** Where β and γ can be set. */
export const domains = { beta: [-4, 4], gamma: [0, 4] } as const;

export const fields: Fields<State> = {
  rate: range("e", "learning rate", 3, { min: 0.003, max: 30, logarithmic: true }),
  depth: range("d", "hidden layers", 4, { min: 1, max: 8 }),
  layer: range("l", "layer that is looked at", 4, { min: 1, max: 8 }),
  batch: range("b", "batch size", 32, { min: 8, max: 160 }),
  momentum: range("m", "share of a batch in the running statistics", 0.1, { min: 0.01, max: 1, step: 0.01 }),
  epochs: range("t", "epochs", 24, { min: 2, max: 60 }),
  affine: point("g", "β and γ", [0, 1], [domains.beta, domains.gamma]),
  seed: seed(),
};

/** The layer that is looked at; the last where there are fewer. */
export const layerOf = ({ layer, depth }: Pick<State, "layer" | "depth">): number => Math.min(layer, depth);
