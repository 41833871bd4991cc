import { type Metric, meanOf, rowsFor } from "./metric.js";
import { type Ranking, rankings } from "./ranking.js";

/** The share of pairs of a row of the class and one not of it in which the first has the larger answer; equal ones count a half. */
export const rocAreaOf = ({ ties, positive, negative }: Ranking): number => {
  let above = 0;
  let pairs = 0;
  for (const tie of ties) {
    pairs += tie.negative * (above + tie.positive / 2);
    above += tie.positive;
  }
  return pairs / (positive * negative);
};

/**
 * The area under the curve of true against false positives: the probability that a row of the class has a larger answer than one that is
 * not of it. Of more than two classes it is the mean of that of each against the rest, of labels the mean over the labels. Throws where a
 * class has no rows, or all.
 */
export const rocAuc = (): Metric => ({
  name: "roc auc",
  better: "higher",
  takes: ["class", "labels"],
  of: (measured) =>
    meanOf(rankings("rocAuc", rowsFor("rocAuc", measured, ["class", "labels"]), true).map(rocAreaOf)),
});
