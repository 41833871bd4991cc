import { type Metric, meanOf, rowsFor } from "./metric.js";
import { type Ranking, rankings } from "./ranking.js";

/** `Σ (Rₙ - Rₙ₋₁)·Pₙ` over the thresholds from the largest answer to the smallest. */
export const averagePrecisionOf = ({ ties, positive }: Ranking): number => {
  let found = 0;
  let taken = 0;
  let sum = 0;
  for (const tie of ties) {
    found += tie.positive;
    taken += tie.positive + tie.negative;
    if (taken > 0) sum += (tie.positive / positive) * (found / taken);
  }
  return sum;
};

/**
 * Average precision, the area under the steps of precision over recall: `Σ (Rₙ - Rₙ₋₁)·Pₙ`. Of more than two classes it is the mean of
 * that of each against the rest, of labels the mean over the labels. Throws where a class has no rows.
 */
export const averagePrecision = (): Metric => ({
  name: "average precision",
  better: "higher",
  takes: ["class", "labels"],
  of: (measured) =>
    meanOf(
      rankings("averagePrecision", rowsFor("averagePrecision", measured, ["class", "labels"]), false).map(
        averagePrecisionOf,
      ),
    ),
});
