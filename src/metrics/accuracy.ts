import { requireKnown } from "../options.js";
import { answeredClass, answeredYes } from "./counts.js";
import { type Metric, meanOver, rowsFor } from "./metric.js";

/**
 * The share of right answers: rows whose class has the largest probability; of labels, each that is on its target's side of a half, or
 * with `exact` the rows where all are.
 */
export const accuracy = (options: { /** @defaultValue false */ readonly exact?: boolean } = {}): Metric => {
  const { exact = false } = requireKnown("accuracy", options, ["exact"]);
  return {
    name: "accuracy",
    better: "higher",
    takes: ["class", "labels"],
    of: (measured) => {
      const rows = rowsFor("accuracy", measured, ["class", "labels"]);
      return meanOver(rows, (row) => {
        if (rows.kind === "class") return Number(answeredClass(rows, row) === rows.target(row));
        let right = 0;
        for (let j = 0; j < rows.width; j++) {
          right += Number(answeredYes(rows, row, j) === (rows.target(row, j) === 1));
        }
        return exact ? Number(right === rows.width) : right / rows.width;
      });
    },
  };
};
