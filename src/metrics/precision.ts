import { type AverageOptions, averaged, shareOf } from "./averages.js";
import type { Metric } from "./metric.js";

/** Of what is answered as a class, the share that is of it: `TP / (TP + FP)`; 0 where nothing is answered so. */
export const precision = (options: AverageOptions = {}): Metric =>
  averaged(
    "precision",
    ({ truePositive, falsePositive }) => shareOf(truePositive, truePositive + falsePositive),
    options,
  );
