import { type Metric, meanOver, rowsFor } from "./metric.js";

/**
 * The mean squared distance of probabilities from the truth, 0 or 1: of two classes `(p - t)²` of the second, of labels its mean over the
 * labels, of more classes its sum over the classes (Brier 1950).
 */
export const brierScore = (): Metric => ({
  name: "brier score",
  better: "lower",
  takes: ["class", "labels"],
  of: (measured) => {
    const rows = rowsFor("brierScore", measured, ["class", "labels"]);
    const { kind, width } = rows;
    const divisor = kind === "labels" ? width : width === 2 ? 2 : 1;
    return meanOver(rows, (row) => {
      let sum = 0;
      for (let j = 0; j < width; j++) {
        const truth = kind === "labels" ? rows.target(row, j) : Number(rows.target(row) === j);
        sum += (rows.answer(row, j) - truth) ** 2;
      }
      return sum / divisor;
    });
  },
});
