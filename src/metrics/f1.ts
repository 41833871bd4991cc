import { type AverageOptions, averaged, shareOf } from "./averages.js";
import type { Metric } from "./metric.js";

/** The harmonic mean of precision and recall: `2·TP / (2·TP + FP + FN)`; 0 where nothing is of the class, or answered so. */
export const f1 = (options: AverageOptions = {}): Metric =>
  averaged(
    "f1",
    ({ truePositive, falsePositive, falseNegative }) =>
      shareOf(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
    options,
  );
