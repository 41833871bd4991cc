import {
  ballEdge,
  cornerClaim,
  minimisersAlong,
  type Norm,
  planeOf,
  projectedGradient,
} from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import { domain, largest, type State } from "./state.js";

export interface Ball {
  /** The way of projected gradient from 0 to the minimiser, as far as one sees it move. */
  readonly path: readonly (readonly number[])[];
  readonly minimiser: readonly number[];
  readonly loss: number;
  /** Minimisers for each radius. */
  readonly way: readonly (readonly number[])[];
  readonly contours: Contours;
  /** Around the ball once. */
  readonly edge: readonly (readonly number[])[];
}

export interface Result extends Computed {
  readonly free: readonly number[];
  readonly radii: readonly number[];
  readonly l1: Ball;
  readonly l2: Ball;
}

const radii = Array.from({ length: 10 * largest }, (_, i) => (i + 1) / 10);

/** What is left of the way to the minimiser cannot be seen from here on. */
const CLOSE = 1e-3;

/** Heights of contours above the minimum, in shares of the minimiser's on the ball: one contour touches the ball there. */
const shares = [0.1, 0.4, 1, 1.9, 3.2, 5, 8];

const distance = (v: ArrayLike<number>, w: ArrayLike<number>): number =>
  Math.hypot((v[0] ?? 0) - (w[0] ?? 0), (v[1] ?? 0) - (w[1] ?? 0));

export const compute = async (
  { free: [u, v], radius, correlation }: State,
  signal?: AbortSignal,
): Promise<Result> => {
  // Columns of length 1 with this correlation, and targets for which the minimum lies where it was put.
  const rows = [
    [1, correlation],
    [0, Math.sqrt(1 - correlation ** 2)],
  ] as const;
  const y = Float64Array.from(rows, ([a, b]) => a * u + b * v);
  const problem = await planeOf(rows, y);
  const values = gridOf(problem.loss, domain, domain, 90, 90);

  const ballOf = async (norm: Norm): Promise<Ball & { readonly exact: Float64Array }> => {
    const points = await projectedGradient(problem, norm, radius, { signal });
    const exact = points.at(-1) ?? new Float64Array(2);
    const end = points.findIndex((point) => distance(point, exact) < CLOSE);
    const way = await minimisersAlong(problem, norm, radii, signal);
    const [a = 0, b = 0] = exact;
    const loss = problem.loss(a, b);
    const levels = loss > 1e-6 ? shares.map((share) => share * loss) : levelsOf(values, 8);
    return {
      path: points.slice(0, end + 1).map((point) => [...point]),
      minimiser: [...exact],
      exact,
      loss,
      way: way.map((point) => [...point]),
      contours: contourLines(values, 90, 90, levels),
      edge: ballEdge(norm, radius),
    };
  };
  const { exact: diamond, ...l1 } = await ballOf("l1");
  const { exact: circle, ...l2 } = await ballOf("l2");
  await problem.objective.release();
  return {
    free: [...problem.free],
    radii,
    l1,
    l2,
    claims: [
      cornerClaim({
        B: radius,
        free: problem.free,
        diamond,
        circle,
        radii,
        ways: { l1: l1.way, l2: l2.way },
      }),
    ],
  };
};
