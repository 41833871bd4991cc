import { gradientDescent, theory } from "steepest";
import { type CertifiedRun, descentLemmaClaim, linearRateClaim, rateBoundClaim } from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import type { State } from "./state.js";

export interface Result extends Computed {
  readonly L: theory.Constant;
  readonly mu: theory.Constant;
  /** The minimiser nearest to 0: intercept and slope. */
  readonly minimiser: readonly number[];
  readonly points: readonly (readonly number[])[];
  readonly gaps: readonly number[];
  readonly bounds: readonly number[];
  /** `(1 − ημ)ᵗ·(f(w₀) − f(w*))`, where μ > 0. */
  readonly linear: readonly number[];
  readonly window: { readonly a: readonly [number, number]; readonly b: readonly [number, number] };
  readonly contours: Contours;
}

/** A window around the path from 0 to the minimiser. */
const windowOf = ([a = 0, b = 0]: ArrayLike<number> & Iterable<number>) => {
  const half = Math.max(1, Math.abs(a), Math.abs(b)) * 1.3;
  return { a: [a / 2 - half, a / 2 + half], b: [b / 2 - half, b / 2 + half] } as const;
};

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  if (state.data.length === 0) throw new Error("there are no points; add one at least");
  const X = theory.matrix(state.data.map(([x]) => [1, x]));
  const y = Float64Array.from(state.data, ([, each]) => each);
  const f = theory.leastSquaresObjective(X, y);
  const L = await theory.smoothnessConstant(f);
  const mu = await theory.strongConvexityConstant(f);
  const minimum = theory.leastSquaresMinimum(X, y, { scale: 1 / 2 });
  const eta = state.eta / L.value;
  const run = await theory.descend(f, { eta, steps: state.steps, minimiser: minimum, signal });
  const certified: CertifiedRun[] = [
    { multiple: state.eta, run, certificate: theory.certify(run, { L, mu }) },
  ];
  const { points } = await theory.walk(f, gradientDescent({ learningRate: eta }), {
    start: new Float64Array(2),
    steps: run.steps,
    signal,
  });
  const window = windowOf(minimum.w);
  const loss = (a: number, b: number) =>
    state.data.reduce((sum, [x, each]) => sum + (each - a - b * x) ** 2 / 2, 0);
  const values = gridOf(loss, window.a, window.b, 60, 60);
  return {
    L,
    mu,
    minimiser: [...minimum.w],
    points: points.map((point) => [...point]),
    gaps: Array.from(theory.suboptimality(run), (gap) => Math.max(0, gap)),
    bounds: Array.from(run.values, (_, t) => theory.rateBound(run, t)),
    linear: mu.value > 0 ? Array.from(run.values, (_, t) => theory.linearBound(run, mu.value, t)) : [],
    window,
    contours: contourLines(values, 60, 60, levelsOf(values, 12, 3)),
    claims: [
      descentLemmaClaim(certified),
      rateBoundClaim(certified),
      ...(mu.value > 0 ? [linearRateClaim(certified)] : []),
    ],
  };
};
