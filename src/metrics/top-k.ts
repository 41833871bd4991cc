import { check, positiveCount } from "../check.js";
import { type Metric, meanOver, rowsFor } from "./metric.js";

/** The share of rows whose class is among the `k` with the largest probabilities; of equal ones those of smaller number come first. */
export const topK = (k: number): Metric => {
  check("topK", positiveCount, { k });
  return {
    name: `top-${k} accuracy`,
    better: "higher",
    takes: ["class"],
    of: (measured) => {
      const rows = rowsFor("topK", measured, ["class"]);
      return meanOver(rows, (row) => {
        const truth = rows.target(row);
        const own = rows.answer(row, truth);
        let before = 0;
        for (let j = 0; j < rows.width; j++) {
          const other = rows.answer(row, j);
          if (other > own || (other === own && j < truth)) before += 1;
        }
        return Number(before < k);
      });
    },
  };
};
