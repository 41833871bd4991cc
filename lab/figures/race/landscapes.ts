import type { Point } from "../../parts/fields.js";

/** A function of the plane to race down, as one would type it. */
export interface Landscape {
  readonly label: string;
  readonly text: string;
  readonly start: Point;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly minima: readonly Point[];
  /** The least value; absent where it is not known. */
  readonly least?: number;
  readonly convex: boolean;
  /** The study's name for the same function. */
  readonly study?: string;
  /** How fast heights of contours grow. */
  readonly power: number;
}

const square = (half: number) => ({ x: [-half, half], y: [-half, half] }) as const;

export const landscapes = {
  ravine: {
    label: "ravine, along the diagonal",
    text: "(x + y)^2/4 + 25 (y - x)^2",
    start: [-1.5, 0.5],
    ...square(2),
    minima: [[0, 0]],
    least: 0,
    convex: true,
    study: "ravine",
    power: 3,
  },
  unequal: {
    label: "features of unequal scale",
    text: "(x^2 + 100 y^2)/2",
    start: [-1.6, 1.2],
    ...square(2),
    minima: [[0, 0]],
    least: 0,
    convex: true,
    power: 3,
  },
  rosenbrock: {
    label: "Rosenbrock’s valley",
    text: "(1 - x)^2 + 100 (y - x^2)^2",
    start: [-1.2, 1],
    x: [-2, 2],
    y: [-1, 3],
    minima: [[1, 1]],
    least: 0,
    convex: false,
    study: "Rosenbrock",
    power: 5,
  },
  saddle: {
    label: "saddle",
    text: "x^2/2 - y^2/2 + y^4/4 + 1/4",
    start: [1, 0.001],
    ...square(1.6),
    minima: [
      [0, 1],
      [0, -1],
    ],
    least: 0,
    convex: false,
    study: "saddle",
    power: 2,
  },
  beale: {
    label: "Beale",
    text: "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
    start: [1, 1.5],
    ...square(4.5),
    minima: [[3, 0.5]],
    least: 0,
    convex: false,
    power: 7,
  },
  himmelblau: {
    label: "Himmelblau",
    text: "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    start: [-0.5, -0.5],
    ...square(5),
    minima: [
      [3, 2],
      [-2.805118, 3.131312],
      [-3.77931, -3.283186],
      [3.584428, -1.848127],
    ],
    least: 0,
    convex: false,
    power: 3,
  },
  typed: {
    label: "one that you type",
    text: "",
    start: [2, 1.5],
    ...square(4),
    minima: [],
    convex: false,
    power: 2,
  },
} as const satisfies Readonly<Record<string, Landscape>>;

export type LandscapeName = keyof typeof landscapes;

export const landscapeOf = (name: LandscapeName): Landscape => landscapes[name];
