import { dot } from "../vector.js";
import { agreementOf } from "./confusion-matrix.js";
import { type Metric, rowsFor } from "./metric.js";

/**
 * Matthews' correlation of truth and answer, from -1 to 1: `(c·s - t·p) / √((s² - p·p)·(s² - t·t))` with the weight `s` of all rows, `c` of
 * those answered rightly, `t` of each class and `p` of each answer (Gorodkin 2004). 0 where all rows are of one class, or answered with one.
 */
export const matthewsCorrelation = (): Metric => ({
  name: "matthews correlation",
  better: "higher",
  takes: ["class"],
  of: (measured) => {
    const {
      total,
      right,
      true: t,
      answered: p,
    } = agreementOf(rowsFor("matthewsCorrelation", measured, ["class"]));
    const [tt, pp] = [total ** 2 - dot(t, t), total ** 2 - dot(p, p)];
    return tt > 0 && pp > 0 ? (right * total - dot(t, p)) / Math.sqrt(tt * pp) : 0;
  },
});
