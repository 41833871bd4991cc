import { SteepestError } from "../errors.js";
import { dot } from "../vector.js";
import { agreementOf } from "./confusion-matrix.js";
import { type Metric, rowsFor } from "./metric.js";

/**
 * Cohen's kappa, agreement beyond that by chance: `(a - e) / (1 - e)` with the share `a` of right answers and the share `e` that would be
 * right if answers were dealt out at random as often as they are (Cohen 1960). Throws where all rows are of one class and answered so.
 */
export const cohenKappa = (): Metric => ({
  name: "cohen kappa",
  better: "higher",
  takes: ["class"],
  of: (measured) => {
    const { total, right, true: t, answered } = agreementOf(rowsFor("cohenKappa", measured, ["class"]));
    const chance = dot(t, answered) / total ** 2;
    if (chance === 1) {
      throw new SteepestError(
        "cohenKappa: all rows are of one class and answered so, which is no agreement beyond chance",
      );
    }
    return (right / total - chance) / (1 - chance);
  },
});
