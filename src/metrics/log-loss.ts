import { type Metric, meanOver, rowsFor } from "./metric.js";

/** The smallest probability that is told from 0. */
const epsilon = 2 ** -52;

const surprise = (probability: number): number => -Math.log(Math.min(1, Math.max(epsilon, probability)));

/**
 * `-log p` of the true class, on average; of labels that of the right answer, on average over rows and labels. Probabilities below 2⁻⁵²
 * count as that much.
 */
export const logLoss = (): Metric => ({
  name: "log loss",
  better: "lower",
  takes: ["class", "labels"],
  of: (measured) => {
    const rows = rowsFor("logLoss", measured, ["class", "labels"]);
    return meanOver(rows, (row) => {
      if (rows.kind === "class") return surprise(rows.answer(row, rows.target(row)));
      let sum = 0;
      for (let j = 0; j < rows.width; j++) {
        const yes = rows.answer(row, j);
        sum += surprise(rows.target(row, j) === 1 ? yes : 1 - yes);
      }
      return sum / rows.width;
    });
  },
});
