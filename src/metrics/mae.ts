import type { Metric } from "./metric.js";
import { ofValues, valueMean } from "./values.js";

/** The mean absolute error, on average over the values of a row. */
export const mae = (): Metric =>
  ofValues("mae", "lower", (rows) => valueMean(rows, (truth, answer) => Math.abs(truth - answer)));
