import { type Point, points, range } from "../../parts/fields.js";
import type { Fields } from "../../parts/link.js";

export interface State {
  readonly data: readonly Point[];
  /** The learning rate in multiples of 1/λ_max. */
  readonly eta: number;
  readonly steps: number;
}

export const domains = { x: [-3, 3], y: [-3, 5] } as const;

/** Beyond this many the handles hide each other. */
export const most = 30;

const initial: readonly Point[] = [
  [-2, -1.2],
  [-1.3, -0.1],
  [-0.6, 0.3],
  [0.2, 0.9],
  [0.9, 2.1],
  [1.6, 2.2],
  [2.3, 3.4],
];

export const fields: Fields<State> = {
  data: points("p", "data", initial, [domains.x, domains.y], most),
  eta: range("e", "learning rate η", 1, {
    min: 0.05,
    max: 2.2,
    step: 0.01,
    unit: "/λ_max",
    marks: [
      { at: 1, label: "1/λ" },
      { at: 2, label: "2/λ" },
    ],
  }),
  steps: range("t", "steps", 60, { min: 5, max: 500, step: 5 }),
};
