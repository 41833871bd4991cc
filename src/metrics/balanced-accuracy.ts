import { countsOf } from "./counts.js";
import { type Metric, meanOf, rowsFor } from "./metric.js";

/** The mean over the classes that there are of the share that is answered rightly, so that a rare class counts as much as a frequent one. */
export const balancedAccuracy = (): Metric => ({
  name: "balanced accuracy",
  better: "higher",
  takes: ["class"],
  of: (measured) => {
    const counts = countsOf(rowsFor("balancedAccuracy", measured, ["class"]));
    const present = counts.filter(({ truePositive, falseNegative }) => truePositive + falseNegative > 0);
    return meanOf(
      present.map(({ truePositive, falseNegative }) => truePositive / (truePositive + falseNegative)),
    );
  },
});
