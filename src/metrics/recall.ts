import { type AverageOptions, averaged, shareOf } from "./averages.js";
import type { Metric } from "./metric.js";

/** Of what is of a class, the share that is answered so: `TP / (TP + FN)`; 0 where nothing is of it. */
export const recall = (options: AverageOptions = {}): Metric =>
  averaged(
    "recall",
    ({ truePositive, falseNegative }) => shareOf(truePositive, truePositive + falseNegative),
    options,
  );
