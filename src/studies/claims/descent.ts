import { lowest } from "../../extremes.js";
import { missing } from "../../missing.js";
import type { Certificate, DescentRun, InequalityName, InequalityReport } from "../../theory/index.js";
import { allOf, type Verdict } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Decrease of each step over what the lemma promises for it, `(f(w_t) - f(w_{t+1})) / ((eta/2)·‖∇f(w_t)‖²)`; entry t is of the step to w_{t+1}. */
export const decreaseRatios = ({ values, squaredGradients, eta, steps }: DescentRun): number[] =>
  Array.from(
    { length: steps },
    (_, t) =>
      ((values[t] ?? missing()) - (values[t + 1] ?? missing())) /
      ((eta / 2) * (squaredGradients[t] ?? missing())),
  );

/** Whether inequalities held at every step at which float64 can tell. */
const inequalitiesHeld = (reports: readonly InequalityReport[]): Verdict =>
  allOf(
    reports.map(({ checked, violations, undecided }) => {
      if (violations > 0) return "not held";
      return checked === undecided ? "undecided" : "held";
    }),
  );

/** A run of gradient descent with its certificate; the learning rate is `multiple`/L. */
export interface CertifiedRun {
  readonly multiple: number;
  readonly run: DescentRun;
  readonly certificate: Certificate;
}

/** What a certificate says of one inequality. */
export const reportOf = (
  { certificate }: Pick<CertifiedRun, "certificate">,
  name: InequalityName,
): InequalityReport | undefined => certificate.inequalities.find(({ inequality }) => inequality === name);

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const multiplesOf = (runs: readonly CertifiedRun[]): string => {
  const multiples = [...new Set(runs.map(({ multiple }) => multiple))];
  return multiples.map((multiple) => `${Number(multiple.toPrecision(4))}/L`).join(" and ");
};

/** Where an inequality first failed, as a sentence goes on. */
const firstFailure = (reports: readonly InequalityReport[]): string => {
  const first = reports.find((report) => report.first)?.first;
  return first === undefined
    ? ""
    : `; first at step ${first.step}, where ${first.left.toPrecision(5)} should be at most ${first.right.toPrecision(5)}`;
};

const claimOf = (claim: string, runs: readonly CertifiedRun[], name: InequalityName, more = ""): Claim => {
  const reports = runs.flatMap((each) => reportOf(each, name) ?? []);
  const violations = total(reports.map((report) => report.violations));
  return {
    claim,
    measured: `${total(reports.map(({ checked }) => checked))} steps with η = ${multiplesOf(runs)}: ${violations} violations${firstFailure(reports)}${more}`,
    verdict: inequalitiesHeld(reports),
  };
};

/** Where the promised decrease is this share of f or less, rounding moves the ratio by 1 % and more. */
const smallestDecrease = 1e-11;

/** The smallest decrease over promise of the steps at which rounding leaves one to be seen. */
const smallestRatio = ({ run }: CertifiedRun): number => {
  const { eta, squaredGradients, values } = run;
  const seen = smallestDecrease * Math.abs(values[0] ?? missing());
  return lowest(decreaseRatios(run).filter((_, t) => (eta / 2) * (squaredGradients[t] ?? missing()) > seen));
};

/** The descent lemma at every step of the runs. Lecture, "Step I: The Descend". */
export const descentLemmaClaim = (runs: readonly CertifiedRun[]): Claim => {
  const smallest = lowest(runs.map(smallestRatio));
  return claimOf(
    "Every step of gradient descent lowers f by at least (η/2)·‖∇f‖², as promised for η ≤ 1/L",
    runs,
    "descent lemma",
    Number.isFinite(smallest) ? `; the smallest decrease was ${smallest.toFixed(3)} of the promise` : "",
  );
};

/** The O(1/T) bound along the runs, which need a minimiser. Lecture, "Step II: Convergence Rate". */
export const rateBoundClaim = (runs: readonly CertifiedRun[]): Claim =>
  claimOf("f(w_T) − f(w*) ≤ ‖w₀ − w*‖²/(2ηT), as promised for convex f and η ≤ 1/L", runs, "rate bound");

/** The linear rate along the runs, of f − f*, which need a minimiser and μ > 0. Lecture, "GD for Linear regression". */
export const linearRateClaim = (runs: readonly CertifiedRun[]): Claim =>
  claimOf(
    "Where λ_min(XᵀX) > 0: f(w_T) − f(w*) ≤ (1 − ημ)ᵀ·(f(w₀) − f(w*)), O(log 1/ε) steps",
    runs,
    "linear gap",
  );
