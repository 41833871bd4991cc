import { missing } from "../../missing.js";
import { projectOntoL1Ball, projectOntoL2Ball } from "../../optim/projections.js";
import { random } from "../../random/random.js";
import { leastSquaresMinimiser, leastSquaresObjective, matrix, type Objective } from "../../theory/index.js";

/** The constraint ‖w‖ ≤ B in the norm ℓ1 (a diamond) or ℓ2 (a circle). */
export type Norm = "l1" | "l2";

const projections = { l1: projectOntoL1Ball, l2: projectOntoL2Ball } as const;

export interface Plane {
  readonly objective: Objective;
  /** The minimiser without a constraint. */
  readonly free: Float64Array;
  /** The loss ½‖y − Xw‖² as a function of the two weights. */
  readonly loss: (a: number, b: number) => number;
}

/** Least squares with two features: the rows of X, and y. */
export const planeOf = async (
  rows: readonly (readonly [number, number])[],
  y: Float64Array,
): Promise<Plane> => {
  const X = matrix(rows);
  const loss = (u: number, v: number) =>
    rows.reduce((sum, [a, b], i) => sum + ((y[i] ?? missing()) - a * u - b * v) ** 2 / 2, 0);
  return { objective: leastSquaresObjective(X, y), free: await leastSquaresMinimiser(X, y), loss };
};

const N = 400;

/** Two correlated features, the first more useful than the second. */
export const plane = (seed: number): Promise<Plane> => {
  const draws = random(seed, "sparsity plane");
  const rows = Array.from({ length: N }, () => {
    const [a, b] = [draws.normal(), draws.normal()];
    return [a / Math.sqrt(N), (0.4 * a + 0.9 * b) / Math.sqrt(N)] as const;
  });
  const y = Float64Array.from(rows, ([a, b]) => 1.8 * a + 0.5 * b + (0.3 * draws.normal()) / Math.sqrt(N));
  return planeOf(rows, y);
};

/** The way to the minimiser over the ball of radius B by projected gradient: w ← P(w − η∇L(w)), η = 1/L, from 0 or a start. */
export const projectedGradient = async (
  { objective }: Plane,
  norm: Norm,
  B: number,
  {
    start = new Float64Array(2),
    signal,
  }: { readonly start?: Float64Array | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Float64Array[]> => {
  const L = (await objective.constants?.smoothness())?.value ?? 1;
  let w = start;
  const points = [w];
  for (let step = 0; step < 500; step++) {
    signal?.throwIfAborted();
    const { gradient } = await objective.valueAndGradient(w);
    const next = w.map((value, j) => value - (gradient[j] ?? missing()) / L);
    projections[norm](next, B);
    const moved = Math.max(...next.map((value, j) => Math.abs(value - (w[j] ?? missing()))));
    w = next;
    points.push(w);
    if (moved < 1e-14) break;
  }
  return points;
};

/** The minimisers over balls of growing radius, each from the one before. */
export const minimisersAlong = async (
  problem: Plane,
  norm: Norm,
  radii: readonly number[],
  signal?: AbortSignal,
): Promise<Float64Array[]> => {
  const way: Float64Array[] = [];
  for (const radius of radii) {
    const points = await projectedGradient(problem, norm, radius, { start: way.at(-1), signal });
    way.push(points.at(-1) ?? missing());
  }
  return way;
};

/** The edge of the ball of radius B, around once. */
export const ballEdge = (norm: Norm, B: number): [number, number][] =>
  norm === "l1"
    ? [
        [B, 0],
        [0, B],
        [-B, 0],
        [0, -B],
      ]
    : Array.from({ length: 120 }, (_, i) => [
        B * Math.cos((2 * Math.PI * i) / 120),
        B * Math.sin((2 * Math.PI * i) / 120),
      ]);
