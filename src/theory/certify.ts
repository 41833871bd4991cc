import { requireKnown } from "../options.js";
import type { Certificate, InequalityReport, Violation } from "./certificate.js";
import { curvatureAlong } from "./curvature.js";
import type { DescentRun } from "./descend.js";
import {
  type Comparison,
  checkConstants,
  formulas,
  type InequalityName,
  inequalities,
} from "./inequalities.js";
import type { Constant } from "./objective.js";
import { verdictOf } from "./verdict.js";

const fails = ({ left, right, tolerance }: Comparison): boolean => !(left <= right + tolerance);

/**
 * Steps of the run at which float64 cannot decide: rounding exceeds what is compared, and the sides are not equal. What fails by
 * more than rounding is decided.
 */
const isUndecided = (comparison: Comparison): boolean =>
  !fails(comparison) && comparison.left !== comparison.right && !(comparison.tolerance <= comparison.size);

const reportOf = (inequality: InequalityName, comparisons: readonly Comparison[]): InequalityReport => {
  const failed = comparisons.flatMap((comparison, i) =>
    fails(comparison) ? [{ inequality, step: i + 1, ...comparison }] : [],
  );
  const [first] = failed;
  return {
    inequality,
    formula: formulas[inequality],
    checked: comparisons.length,
    violations: failed.length,
    undecided: comparisons.filter(isUndecided).length,
    ...(first === undefined ? {} : { first }),
  };
};

const constant = (given: number | Constant): Constant =>
  typeof given === "number" ? { value: given, certainty: "given", how: "as given" } : given;

/** Whether `eta <= 1/L`: an L that is only an estimate from below can refute that, not prove it. */
const isPromised = (etaTimesL: number, { certainty }: Constant): boolean | "unknown" => {
  // 1/L computed and multiplied by L again may exceed 1 by a rounding error.
  if (etaTimesL > 1 + 2 * Number.EPSILON) return false;
  return certainty === "estimate" ? "unknown" : true;
};

/**
 * Checks a run of gradient descent against what convexity, L-smoothness and (where mu > 0) strong convexity promise for
 * eta <= 1/L: the descent lemma at every step, and, where the run has a minimiser, step II, the rate bound
 * `‖w_0 - w*‖²/(2·eta·t)` and the linear rates `(1 - eta·mu)^t` along the whole run. Names the first violation.
 *
 * L and mu are the constants that `smoothness` and `strongConvexity` give, which say how they are known: under an estimate
 * nothing is promised, and what contradicts it says that it was wrong. A bare number counts as known to the caller.
 * Throws where L or mu is not usable.
 *
 * Source: the lecture, "Step I: The Descend", "Step II: Convergence Rate"; tolerances: `inequalities.ts`.
 */
export const certify = (
  run: DescentRun,
  given: { readonly L: number | Constant; readonly mu?: number | Constant },
): Certificate => {
  requireKnown("certify", given, ["L", "mu"]);
  const L = constant(given.L);
  const mu = constant(given.mu ?? 0);
  checkConstants(L.value, mu.value);
  const reports = [...inequalities(run, L.value, mu.value)].map(([name, comparisons]) =>
    reportOf(name, comparisons),
  );
  const firstViolation = reports
    .flatMap(({ first }) => (first === undefined ? [] : [first]))
    .reduce<Violation | undefined>((a, b) => (a === undefined || b.step < a.step ? b : a), undefined);
  const open = reports.some(({ undecided, checked }) => checked > 0 && undecided === checked);
  const outcome = firstViolation !== undefined ? "violated" : open ? "undecided" : "held";
  const etaTimesL = run.eta * L.value;
  const found = {
    L,
    mu,
    etaTimesL,
    promised: isPromised(etaTimesL, L),
    outcome,
    holds: outcome === "held",
    inequalities: reports,
    ...(firstViolation === undefined ? {} : { firstViolation }),
    needed: curvatureAlong(run, L.value),
  } as const;
  return { ...found, verdict: verdictOf(run, found) };
};
