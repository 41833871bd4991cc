import { SteepestError } from "../errors.js";
import type { Metric } from "./metric.js";
import { ofValues, valueMean } from "./values.js";

/**
 * The mean absolute error as a share of the target, on average over the values of a row: 0.1 is ten percent. Throws where a target is 0,
 * of which nothing is a share.
 */
export const mape = (): Metric =>
  ofValues("mape", "lower", (rows) =>
    valueMean(rows, (truth, answer) => {
      if (truth === 0)
        throw new SteepestError("mape is undefined: a target is 0, of which no error is a share; use mae()");
      return Math.abs((truth - answer) / truth);
    }),
  );
