import { missing } from "../../missing.js";
import { mean, variance } from "../../statistics.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Row by row, as column by column. */
const columnsOf = (rows: readonly ArrayLike<number>[]): number[][] =>
  Array.from(rows[0] ?? [], (_, j) => rows.map((row) => row[j] ?? missing()));

const worstMean = (rows: readonly ArrayLike<number>[]): number =>
  Math.max(...columnsOf(rows).map((values) => Math.abs(mean(values))));

/** Standardised rows of the part that means and deviations were fitted on, and of one that went through the same numbers. Lecture, "Data Preprocessing". */
export const standardisedClaim = (
  seen: readonly ArrayLike<number>[],
  unseen: readonly ArrayLike<number>[],
): Claim => {
  const spread = Math.max(...columnsOf(seen).map((values) => Math.abs(Math.sqrt(variance(values)) - 1)));
  return {
    claim:
      "X -= mean, X /= std gives every feature mean 0 and standard deviation 1, fitted on the training split only",
    measured: `training split: means at most ${short(worstMean(seen))}, deviations within ${short(spread)} of 1; test split through the same numbers: means up to ${short(worstMean(unseen))}`,
    verdict: judged(worstMean(seen) < 1e-4 && spread < 1e-4 && worstMean(unseen) > 1e-3),
  };
};

/** What one stage of preprocessing makes of gradient descent. */
export interface StageRun {
  readonly name: string;
  /** Of the Hessian. */
  readonly condition: number;
  /** f − f* relative to its start, after each step. */
  readonly gap: readonly number[];
}

/** How small the suboptimality must be, relative to its start, to call the minimum reached. */
const REACHED = 1e-6;

/** Steps until the minimum is reached; Infinity where it is not. */
export const stepsToMinimum = ({ gap }: Pick<StageRun, "gap">): number => {
  const step = gap.findIndex((value) => value <= REACHED);
  return step < 0 ? Number.POSITIVE_INFINITY : step;
};

/** The same in words. */
export const stepsText = (run: Pick<StageRun, "gap">): string => {
  const steps = stepsToMinimum(run);
  return Number.isFinite(steps) ? String(steps) : `more than ${run.gap.length - 1}`;
};

const falling = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value <= (values[i - 1] ?? missing()));

/** Stages in the order in which each does more than the one before. */
export const conditionClaim = (runs: readonly StageRun[]): Claim => ({
  claim: "Each step of preprocessing makes the problem better conditioned",
  measured: `condition number of the Hessian: ${runs.map(({ name, condition }) => `${name} ${short(condition)}`).join(", ")}`,
  verdict: judged(falling(runs.map(({ condition }) => condition))),
});

/** The same stages. Undecided where neither the raw nor the standardised run came to an end. */
export const fewerStepsClaim = (runs: readonly StageRun[]): Claim => {
  const steps = runs.map(stepsToMinimum);
  const stepsOf = (name: string) => steps[runs.findIndex((run) => run.name === name)] ?? missing();
  return {
    claim: "Gradient descent needs fewer steps, each at its own best rate",
    measured: `steps until f − f* is 10⁻⁶ of its start: ${runs.map((run) => `${run.name} ${stepsText(run)}`).join(", ")}`,
    verdict: ["raw", "standardised"].every((name) => stepsOf(name) === Number.POSITIVE_INFINITY)
      ? "undecided"
      : judged(
          falling(steps) && stepsOf("whitened") < stepsOf("raw") && stepsOf("standardised") < stepsOf("raw"),
        ),
  };
};
