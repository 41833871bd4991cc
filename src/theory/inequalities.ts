import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { DescentRun, Reference } from "./descend.js";
import { gradientRoundoff, spreadOf, valueRoundoff } from "./rounding.js";

/** One inequality at one step: `left <= right` is claimed, `left <= right + tolerance` is checked. */
export interface Comparison {
  readonly left: number;
  readonly right: number;
  /** What rounding can add to left - right, derived from `Rounding`. */
  readonly tolerance: number;
  /** What the inequality is about: the decrease that is promised, the bound, or (minimum, linear rates) what is to shrink. A tolerance above it decides nothing. */
  readonly size: number;
}

export type InequalityName =
  | "descent lemma"
  | "minimum"
  | "step II"
  | "rate bound"
  | "linear distance"
  | "linear gap";

/** The inequalities as formulas of the lecture (the linear ones: Nesterov, Introductory Lectures, 2.1.5). */
export const formulas: Readonly<Record<InequalityName, string>> = {
  "descent lemma": "f(w_t) <= f(w_{t-1}) - (eta/2)·‖∇f(w_{t-1})‖²",
  minimum: "f(w*) <= f(w_t)",
  "step II": "f(w_t) - f(w*) <= (‖w_{t-1} - w*‖² - ‖w_t - w*‖²)/(2·eta)",
  "rate bound": "f(w_t) - f(w*) <= ‖w_0 - w*‖²/(2·eta·t)",
  "linear distance": "‖w_t - w*‖² <= (1 - eta·mu)^t·‖w_0 - w*‖²",
  "linear gap": "f(w_t) - f(w*) <= (1 - eta·mu)^t·(f(w_0) - f(w*))",
};

/** The series of a run as functions of t, with what rounding can have done to them. */
const seriesOf = (run: DescentRun, L: number) => {
  const { eta, rounding } = run;
  const at = (values: Float64Array | undefined) => (t: number) => values?.[t] ?? missing();
  const f = at(run.values);
  const squaredGradient = at(run.squaredGradients);
  const g = (t: number) => Math.sqrt(squaredGradient(t));
  const norm = at(run.norms);
  const weighted = at(run.weighted);
  const spread = (t: number) => Math.min(Math.sqrt(L / 2) * norm(t), weighted(t));
  const delta = (t: number) => gradientRoundoff(rounding, L, f(t), spread(t));
  return {
    f,
    g,
    /** Of f(w_t). */
    R: (t: number) => valueRoundoff(rounding, f(t), spread(t)),
    /** Of ∇f(w_t). */
    delta,
    /** Of the update from w_{t-1} to w_t. */
    e: (t: number) => eta * delta(t - 1) + 2 * Number.EPSILON * norm(t),
    D: at(run.squaredDistances),
    approach: at(run.approaches),
  };
};

/** Of `(1 - eta·mu)^t`, relative, and of the products that it is compared with. */
const powerRoundoff = (t: number): number => 4 * t * Number.EPSILON;

/** What the reference's value, gradient and place may be off by. */
const referenceErrors = (
  { rounding }: DescentRun,
  { w, value, gradientNorm, known }: Reference,
  L: number,
) => {
  const spread = spreadOf(rounding, L, w);
  const gradient = gradientNorm + gradientRoundoff(rounding, L, value, spread);
  const finite = (error: number | undefined) => (error !== undefined && error < Infinity ? error : undefined);
  const valueError = finite(known?.valueError);
  return {
    value: valueError ?? valueRoundoff(rounding, value, spread),
    /** How far above the minimum: 0 where the value is known to be the minimum. */
    above: (mu: number) => (valueError === undefined ? gradient ** 2 / (2 * mu) : 0),
    distance: (mu: number) => finite(known?.distance) ?? gradient / mu,
  };
};

/**
 * Every inequality that theory claims for a run, at each step t = 1 … T, with its tolerance; where the run diverged, the
 * descent lemma also at the step after, with f = ∞. With R_t the rounding error of f(w_t), δ_t that of the gradient, and
 * e_t = eta·δ_{t-1} + 2ε‖w_t‖ that of the update:
 *
 * - descent lemma: `R_{t-1} + R_t` for the values, `eta·‖g_{t-1}‖·δ_{t-1}` for the decrease, `‖g_t‖·e_t` for the update;
 * - minimum: `R_t + R*`, so that a "minimiser" above the run is found out;
 * - step II: holds for any point in place of w*, so an inexact w* adds nothing. `R_t + R*` for the values, `‖g_t‖·e_t` and
 *   `√D_t·e_t/eta` for the update, `(d + 4)·ε·‖g_{t-1}‖·(√D_{t-1} + √D_t)/2` for the difference of the D_t = ‖w_t - w*‖²;
 * - rate bound: the mean of step II's tolerances, from which it follows by summation, and the sum of the lemma's;
 * - linear distance: errors e_t shrink by √(1 - eta·mu) each step and add up; w* is off by at most ‖∇f(w*)‖/mu, or by what
 *   is known;
 * - linear gap: the lemma's tolerances shrink by 1 - eta·mu each step and add up; f(w*) is off by ‖∇f(w*)‖²/(2mu), or by what
 *   is known.
 *
 * All but the first need a minimiser, the last two mu > 0.
 */
export const inequalities = (
  run: DescentRun,
  L: number,
  mu: number,
): ReadonlyMap<InequalityName, readonly Comparison[]> => {
  const { eta, steps, reference } = run;
  const { f, g, R, delta, e, D, approach } = seriesOf(run, L);
  const times = Array.from({ length: steps }, (_, i) => i + 1);
  const promise = (t: number) => (eta / 2) * g(t - 1) ** 2;

  const lemma = times.map((t) => ({
    left: f(t),
    right: f(t - 1) - promise(t),
    tolerance: R(t - 1) + R(t) + eta * g(t - 1) * delta(t - 1) + g(t) * e(t),
    size: promise(t),
  }));
  if (run.stopped === "diverged") {
    const size = promise(steps + 1);
    lemma.push({ left: Infinity, right: f(steps) - size, tolerance: 0, size });
  }
  const result = new Map<InequalityName, readonly Comparison[]>([["descent lemma", lemma]]);
  if (reference === undefined) return result;

  const best = reference.value;
  const errors = referenceErrors(run, reference, L);
  result.set(
    "minimum",
    times.map((t) => ({ left: best, right: f(t), tolerance: R(t) + errors.value, size: f(0) - best })),
  );
  const d = run.w.length;
  const rounded = (d + 4) * Number.EPSILON;
  // Squares below 2⁻¹⁰²² lose their digits or become 0: of the D_t, sums of d squares, up to this much.
  const lost = d * 2 ** -1022;
  const away = (t: number) => Math.sqrt(D(t) + lost);
  const stepTwo = times.map((t) => {
    const right = approach(t) / (2 * eta);
    const tolerance =
      R(t) +
      errors.value +
      g(t) * e(t) +
      (away(t) * e(t) + lost) / eta +
      (rounded * g(t - 1) * (away(t - 1) + away(t))) / 2;
    return { left: f(t) - best, right, tolerance, size: Math.abs(right) };
  });
  result.set("step II", stepTwo);

  let lemmas = 0;
  let seconds = 0;
  result.set(
    "rate bound",
    times.map((t) => {
      lemmas += lemma[t - 1]?.tolerance ?? missing();
      seconds += stepTwo[t - 1]?.tolerance ?? missing();
      const right = D(0) / (2 * eta * t);
      return {
        left: f(t) - best,
        right,
        tolerance: seconds / t + lemmas + rounded * right + lost / eta,
        size: right,
      };
    }),
  );
  if (!(mu > 0)) return result;

  const shrink = Math.max(0, 1 - eta * mu);
  const misplaced = errors.distance(mu);
  let reach = away(0) + misplaced;
  result.set(
    "linear distance",
    times.map((t) => {
      reach = Math.sqrt(shrink) * reach + e(t);
      const right = shrink ** t * D(0);
      return {
        left: D(t),
        right,
        tolerance:
          Math.max(0, (reach + misplaced) ** 2 - right) + (rounded + powerRoundoff(t)) * right + lost,
        size: D(0),
      };
    }),
  );
  let carried = R(0) + errors.value + errors.above(mu);
  result.set(
    "linear gap",
    times.map((t) => {
      carried = shrink * carried + (lemma[t - 1]?.tolerance ?? missing());
      const right = shrink ** t * (f(0) - best);
      return {
        left: f(t) - best,
        right,
        tolerance: carried + R(t) + errors.value + powerRoundoff(t) * right,
        size: f(0) - best,
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
