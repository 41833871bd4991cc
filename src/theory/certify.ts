import type { DescentRun } from "./descend.js";
import {
  type Comparison,
  checkConstants,
  formulas,
  type InequalityName,
  inequalities,
} from "./inequalities.js";

/** An inequality at the first step where it fails. */
export interface Violation extends Comparison {
  readonly inequality: InequalityName;
  /** The step: t for the update from w_{t-1} to w_t. */
  readonly step: number;
}

/** How one inequality fared along a run. */
export interface InequalityReport {
  readonly inequality: InequalityName;
  readonly formula: string;
  /** Steps at which it was checked. */
  readonly checked: number;
  /** Steps at which it failed by more than rounding. */
  readonly violations: number;
  readonly first?: Violation;
}

export interface Certificate {
  readonly L: number;
  readonly mu: number;
  /** `eta · L`: the theory asks for at most 1. */
  readonly etaTimesL: number;
  /** Whether `eta <= 1/L`, so that the inequalities are theorems. */
  readonly promised: boolean;
  /** No inequality failed. */
  readonly holds: boolean;
  readonly inequalities: readonly InequalityReport[];
  /** The failure at the smallest step. */
  readonly firstViolation?: Violation;
  /** What was found, in sentences. */
  readonly verdict: readonly string[];
}

const figure = (x: number) => x.toPrecision(6);

const violationSentence = ({ inequality, step, left, right, tolerance }: Violation): string =>
  `${inequality === "step II" ? "" : "the "}${inequality} fails first at step ${step}: ${figure(left)} <= ${figure(right)} is wrong by ${figure(left - right)}, of which ${tolerance.toExponential(1)} could be rounding`;

const verdictOf = (
  run: DescentRun,
  reports: readonly InequalityReport[],
  firstViolation: Violation | undefined,
  etaTimesL: number,
  promised: boolean,
): string[] => {
  const sentences = [
    promised
      ? `eta = ${figure(run.eta)} is ${etaTimesL.toPrecision(4)}/L, within the theory's eta <= 1/L`
      : `eta = ${figure(run.eta)} is ${etaTimesL.toPrecision(4)}/L, above the theory's 1/L: nothing is promised`,
  ];
  if (firstViolation === undefined) {
    const names = reports.map(({ inequality }) => inequality).join(", ");
    sentences.push(`${names}: held at each of ${run.steps} steps`);
  } else {
    sentences.push(
      ...reports.flatMap(({ first, violations, checked }) =>
        first === undefined
          ? []
          : [`${violationSentence(first)}; ${violations} of ${checked} steps violate it`],
      ),
    );
    if (promised) sentences.push("so f is not convex and L-smooth with this L (or has no such mu)");
  }
  if (run.stopped === "diverged") sentences.push(`the run diverged after step ${run.steps}`);
  return sentences;
};

/**
 * Checks a run of gradient descent against what convexity, L-smoothness and (where mu > 0) strong convexity promise for
 * eta <= 1/L: the descent lemma at every step, and, where the run has a minimiser, step II, the rate bound
 * `‖w_0 - w*‖²/(2·eta·t)` and the linear rates `(1 - eta·mu)^t` along the whole run. Names the first violation.
 * Throws where L or mu is not usable.
 *
 * Source: the lecture, "Step I: The Descend", "Step II: Convergence Rate"; tolerances: `inequalities.ts`.
 */
export const certify = (
  run: DescentRun,
  { L, mu = 0 }: { readonly L: number; readonly mu?: number },
): Certificate => {
  checkConstants(L, mu);
  const reports = [...inequalities(run, L, mu)].map(([inequality, comparisons]): InequalityReport => {
    const failed = comparisons.flatMap((comparison, i) =>
      comparison.left <= comparison.right + comparison.tolerance
        ? []
        : [{ inequality, step: i + 1, ...comparison }],
    );
    const [first] = failed;
    return {
      inequality,
      formula: formulas[inequality],
      checked: comparisons.length,
      violations: failed.length,
      ...(first === undefined ? {} : { first }),
    };
  });
  const firstViolation = reports
    .flatMap(({ first }) => (first === undefined ? [] : [first]))
    .reduce<Violation | undefined>((a, b) => (a === undefined || b.step < a.step ? b : a), undefined);
  const etaTimesL = run.eta * L;
  // 1/L computed and multiplied by L again may exceed 1 by a rounding error.
  const promised = etaTimesL <= 1 + 2 * Number.EPSILON;
  return {
    L,
    mu,
    etaTimesL,
    promised,
    holds: firstViolation === undefined,
    inequalities: reports,
    ...(firstViolation === undefined ? {} : { firstViolation }),
    verdict: verdictOf(run, reports, firstViolation, etaTimesL, promised),
  };
};
