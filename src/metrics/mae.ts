import type { Metric } from "./metric.js";
import { columnMean, ofValues } from "./values.js";

/** The mean absolute error, on average over the values of a row. */
export const mae = (): Metric =>
  ofValues("mae", "lower", (column) => columnMean(column, (truth, answer) => Math.abs(truth - answer)));
