import { adam, gradientDescent, l2, linearModels, type Rule, theory, weightDecay } from "steepest";
import { notSameUnderAdamClaim, ridgeMinimiserClaim, sameUnderDescentClaim } from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import { domains, type State } from "./state.js";

export const ways = ["descentPenalty", "descentDecay", "adamPenalty", "adamDecay"] as const;
export type Way = (typeof ways)[number];

export interface Result extends Computed {
  readonly paths: Readonly<Record<Way, readonly (readonly number[])[]>>;
  /** The minimiser of the loss and the penalty, in closed form. */
  readonly ridge: readonly [number, number];
  /** ‖w penalty − w decay‖ relative to ‖w‖ after each step. */
  readonly descentApart: readonly number[];
  readonly adamApart: readonly number[];
  readonly contours: Contours;
}

const sizeOf = (w: readonly number[]): number => Math.hypot(...w);

const apart = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[] =>
  a.map((w, t) => {
    const other = b[t] ?? w;
    return sizeOf(w.map((value, j) => value - (other[j] ?? 0))) / Math.max(sizeOf(other), 1e-12);
  });

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { curvature, lambda, steps } = state;
  const [a, b] = state.optimum;
  const root = Math.sqrt(curvature);
  // f(w) = ½‖Xw − y‖², curved by 1 and by the curvature along the axes.
  const X = theory.matrix([
    [1, 0],
    [0, root],
  ]);
  const y = Float64Array.of(a, root * b);
  const f = theory.leastSquaresObjective(X, y);
  const eta = state.eta / (curvature + 2 * lambda);
  const descent = gradientDescent({ learningRate: eta });
  const adaptive = adam({ learningRate: state.adamRate });
  const walk = async (rule: Rule): Promise<number[][]> => {
    const { points } = await theory.walk(f, rule, { start: Float64Array.from(state.start), steps, signal });
    return points.map((w) => [...w]);
  };
  const paths = {
    descentPenalty: await walk(l2(lambda)(descent)),
    descentDecay: await walk(weightDecay(lambda)(descent)),
    adamPenalty: await walk(l2(lambda)(adaptive)),
    adamDecay: await walk(weightDecay(lambda)(adaptive)),
  };
  // ½‖Xw − y‖² + λ‖w‖² is half of what ridge minimises at 2λ.
  const rows = linearModels.examples(
    [
      [1, 0],
      [0, root],
    ],
    y,
  );
  const { weights } = await linearModels.ridge(rows, { lambda: 2 * lambda, intercept: false });
  const ridge = [weights[0] ?? 0, weights[1] ?? 0] as const;
  await f.release();
  const descentApart = apart(paths.descentPenalty, paths.descentDecay);
  const adamApart = apart(paths.adamPenalty, paths.adamDecay);
  const away = (way: Way): number => {
    const last = paths[way].at(-1) ?? [];
    return sizeOf(last.map((value, j) => value - (ridge[j] ?? 0))) / Math.max(sizeOf(ridge), 1e-12);
  };
  const values = gridOf(
    (u, v) => ((u - a) ** 2 + curvature * (v - b) ** 2) / 2,
    domains.x,
    domains.y,
    48,
    36,
  );
  return {
    paths,
    ridge,
    descentApart,
    adamApart,
    contours: contourLines(values, 48, 36, levelsOf(values, 10, 2.5)),
    claims: [
      sameUnderDescentClaim({ steps, worst: Math.max(...descentApart), rounding: 1e-9 }),
      notSameUnderAdamClaim(lambda, { worst: Math.max(...adamApart) }),
      ridgeMinimiserClaim(
        {
          descentPenalty: away("descentPenalty"),
          descentDecay: away("descentDecay"),
          adamPenalty: away("adamPenalty"),
          adamDecay: away("adamDecay"),
        },
        0.02,
      ),
    ],
  };
};
