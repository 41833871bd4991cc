import { missing } from "../missing.js";
import type { Metric, Rows } from "./metric.js";
import { ofValues } from "./values.js";

/** Half of the weight is on either side of it; where that is so of a whole interval, its middle. */
const weightedMedian = (rows: Rows): number => {
  const errors = Array.from({ length: rows.count }, (_, row) => ({
    error: Math.abs(rows.target(row) - rows.answer(row)),
    weight: rows.weightOf(row),
  }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.error - b.error);
  let below = 0;
  for (const [i, { error, weight }] of errors.entries()) {
    below += weight;
    if (2 * below > rows.total) return error;
    if (2 * below === rows.total) return (error + (errors[i + 1]?.error ?? missing())) / 2;
  }
  return missing();
};

/** The median of the absolute errors, which single large ones do not move; on average over the values of a row. */
export const medianAbsoluteError = (): Metric => ofValues("median absolute error", "lower", weightedMedian);
