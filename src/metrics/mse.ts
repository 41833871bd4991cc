import type { Metric } from "./metric.js";
import { ofValues, valueMean } from "./values.js";

const squared = (truth: number, answer: number): number => (truth - answer) ** 2;

/** The mean squared error, on average over the values of a row. */
export const mse = (): Metric => ofValues("mse", "lower", (rows) => valueMean(rows, squared));

/** The root of the mean squared error, in the units of the targets; of several values the mean of their roots. */
export const rmse = (): Metric => ofValues("rmse", "lower", (rows) => Math.sqrt(valueMean(rows, squared)));
