import { check, share as shareRange } from "../check.js";
import { missing } from "../missing.js";
import type { Metric, Rows } from "./metric.js";
import { ofValues } from "./values.js";

/**
 * The absolute error that a share of the rows' weight does not exceed; where that is so of a whole interval, its middle (the averaged
 * inverse of the distribution function).
 */
const quantileOf = (rows: Rows, share: number): number => {
  const errors = Array.from({ length: rows.count }, (_, row) => ({
    error: Math.abs(rows.target(row) - rows.answer(row)),
    weight: rows.weightOf(row),
  }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.error - b.error);
  const wanted = share * rows.total;
  const rounding = 1e-12 * rows.total;
  let below = 0;
  for (const [i, { error, weight }] of errors.entries()) {
    below += weight;
    if (below > wanted + rounding) return error;
    if (below >= wanted - rounding) return (error + (errors[i + 1]?.error ?? error)) / 2;
  }
  return errors.at(-1)?.error ?? missing();
};

/**
 * The absolute error that the share `share` of the rows does not exceed: 0.9 for that of nine rows of ten, 1 for the largest; on average
 * over the values of a row.
 */
export const errorQuantile = (share: number): Metric => {
  check("errorQuantile", shareRange, { share });
  return ofValues(`${100 * share} % quantile of the absolute error`, "lower", (rows) =>
    quantileOf(rows, share),
  );
};

/** The median of the absolute errors, which single large ones do not move; on average over the values of a row. */
export const medianAbsoluteError = (): Metric =>
  ofValues("median absolute error", "lower", (rows) => quantileOf(rows, 0.5));
