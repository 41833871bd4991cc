import { check, positiveCount } from "../check.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { answeredClass } from "./counts.js";
import { type Metric, rowsFor } from "./metric.js";

/**
 * Expected calibration error: answers are put into bins of equal width by their largest probability, and it is the mean over the rows
 * of how far, in their bin, the share of right answers is from the mean probability (Guo et al. 2017).
 */
export const calibrationError = (
  options: { /** @defaultValue 15 */ readonly bins?: number } = {},
): Metric => {
  const { bins = 15 } = requireKnown("calibrationError", options, ["bins"]);
  check("calibrationError", positiveCount, { bins });
  return {
    name: "calibration error",
    better: "lower",
    takes: ["class"],
    of: (measured) => {
      const rows = rowsFor("calibrationError", measured, ["class"]);
      // Of each bin, the weight of right answers less that of their probabilities.
      const gaps = new Float64Array(bins);
      for (let row = 0; row < rows.count; row++) {
        const answered = answeredClass(rows, row);
        const confidence = rows.answer(row, answered);
        const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
        const gap = Number(rows.target(row) === answered) - confidence;
        gaps[bin] = (gaps[bin] ?? missing()) + rows.weightOf(row) * gap;
      }
      return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows.total;
    },
  };
};
