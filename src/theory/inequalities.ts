import { SteepestError } from "../errors.js";
import type { DescentRun } from "./descend.js";
import { gradientRoundoff, valueRoundoff } from "./rounding.js";

/** One inequality at one step: `left <= right` is claimed, `left <= right + tolerance` is checked. */
export interface Comparison {
  readonly left: number;
  readonly right: number;
  /** What rounding can add to left - right, derived from `Rounding`. */
  readonly tolerance: number;
}

export type InequalityName = "descent lemma" | "step II" | "rate bound" | "linear distance" | "linear gap";

/** The inequalities as formulas of the lecture (the linear ones: Nesterov, Introductory Lectures, 2.1.5). */
export const formulas: Readonly<Record<InequalityName, string>> = {
  "descent lemma": "f(w_t) <= f(w_{t-1}) - (eta/2)·‖∇f(w_{t-1})‖²",
  "step II": "f(w_t) - f(w*) <= (‖w_{t-1} - w*‖² - ‖w_t - w*‖²)/(2·eta)",
  "rate bound": "f(w_t) - f(w*) <= ‖w_0 - w*‖²/(2·eta·t)",
  "linear distance": "‖w_t - w*‖² <= (1 - eta·mu)^t·‖w_0 - w*‖²",
  "linear gap": "f(w_t) - f(w*) <= (1 - eta·mu)^t·(f(w_0) - f(w*))",
};

/**
 * Every inequality that theory claims for a run, at each step t = 1 … T, with its tolerance; where the run diverged, the
 * descent lemma also at the step after, with f = ∞. With R_t the rounding error of f(w_t), δ_t that of the gradient, and
 * e_t = eta·δ_{t-1} + 2ε‖w_t‖ that of the update:
 *
 * - descent lemma: `R_{t-1} + R_t` for the values, `eta·‖g_{t-1}‖·δ_{t-1}` for the decrease, `‖g_t‖·e_t` for the update;
 * - step II: holds for any point in place of w*, so an inexact w* adds nothing. `R_t + R*` for the values, `‖g_t‖·e_t` and
 *   `√D_t·e_t/eta` for the update, `d·ε·(D_{t-1} + D_t)/(2·eta)` for the distances D_t = ‖w_t - w*‖²;
 * - rate bound: the mean of step II's tolerances, from which it follows by summation, and the sum of the lemma's;
 * - linear distance: errors e_t shrink by √(1 - eta·mu) each step and add up; w* is off by at most ‖∇f(w*)‖/mu;
 * - linear gap: the lemma's tolerances shrink by 1 - eta·mu each step and add up; f(w*) is off by ‖∇f(w*)‖²/(2mu).
 *
 * The last four need a minimiser, the last two mu > 0.
 */
export const inequalities = (
  run: DescentRun,
  L: number,
  mu: number,
): ReadonlyMap<InequalityName, readonly Comparison[]> => {
  const { eta, steps, rounding, reference } = run;
  const series = (values: Float64Array | undefined) => (t: number) => values?.[t] ?? Number.NaN;
  const f = series(run.values);
  const g = (t: number) => Math.sqrt(series(run.squaredGradients)(t));
  const norm = series(run.norms);
  const R = (t: number) => valueRoundoff(rounding, L, f(t), norm(t));
  const delta = (t: number) => gradientRoundoff(rounding, L, f(t), norm(t));
  const e = (t: number) => eta * delta(t - 1) + 2 * Number.EPSILON * norm(t);
  const times = Array.from({ length: steps }, (_, i) => i + 1);

  const lemma = times.map((t) => ({
    left: f(t),
    right: f(t - 1) - (eta / 2) * g(t - 1) ** 2,
    tolerance: R(t - 1) + R(t) + eta * g(t - 1) * delta(t - 1) + g(t) * e(t),
  }));
  if (run.stopped === "diverged") {
    lemma.push({ left: Infinity, right: f(steps) - (eta / 2) * g(steps) ** 2, tolerance: 0 });
  }
  const result = new Map<InequalityName, readonly Comparison[]>([["descent lemma", lemma]]);
  if (reference === undefined) return result;

  const D = series(run.squaredDistances);
  const best = reference.value;
  const normBest = Math.sqrt(reference.w.reduce((total, wi) => total + wi * wi, 0));
  const bestRoundoff = valueRoundoff(rounding, L, best, normBest);
  const d = run.w.length;
  const stepTwo = times.map((t) => ({
    left: f(t) - best,
    right: (D(t - 1) - D(t)) / (2 * eta),
    tolerance:
      R(t) +
      bestRoundoff +
      g(t) * e(t) +
      (Math.sqrt(D(t)) * e(t)) / eta +
      (d * Number.EPSILON * (D(t - 1) + D(t))) / (2 * eta),
  }));
  result.set("step II", stepTwo);

  let lemmas = 0;
  let seconds = 0;
  result.set(
    "rate bound",
    times.map((t) => {
      lemmas += lemma[t - 1]?.tolerance ?? 0;
      seconds += stepTwo[t - 1]?.tolerance ?? 0;
      return { left: f(t) - best, right: D(0) / (2 * eta * t), tolerance: seconds / t + lemmas };
    }),
  );
  if (!(mu > 0)) return result;

  const shrink = Math.max(0, 1 - eta * mu);
  const bestGradient = reference.gradientNorm + gradientRoundoff(rounding, L, best, normBest);
  const misplaced = bestGradient / mu;
  let reach = Math.sqrt(D(0)) + misplaced;
  result.set(
    "linear distance",
    times.map((t) => {
      reach = Math.sqrt(shrink) * reach + e(t);
      const right = shrink ** t * D(0);
      return { left: D(t), right, tolerance: (reach + misplaced) ** 2 - right };
    }),
  );
  let carried = R(0) + bestRoundoff + bestGradient ** 2 / (2 * mu);
  result.set(
    "linear gap",
    times.map((t) => {
      carried = shrink * carried + (lemma[t - 1]?.tolerance ?? 0);
      return {
        left: f(t) - best,
        right: shrink ** t * (f(0) - best),
        tolerance: carried + R(t) + bestRoundoff,
      };
    }),
  );
  return result;
};

/** Throws unless `0 <= mu <= L`, L positive and both finite. */
export const checkConstants = (L: number, mu: number): void => {
  if (!(L > 0 && L < Infinity && mu >= 0 && mu <= L)) {
    throw new SteepestError(
      `certify: L is ${L} and mu is ${mu}; give finite numbers with 0 <= mu <= L and L > 0`,
    );
  }
};
