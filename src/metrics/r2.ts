import { SteepestError } from "../errors.js";
import type { Metric } from "./metric.js";
import { ofValues, valueMean } from "./values.js";

/**
 * The share of the targets' variance that answers explain: `1 - Σ(t - y)² / Σ(t - mean)²`, on average over the values of a row. 1 is
 * perfect, 0 as good as answering the mean, and there is no lower bound. Throws where the targets do not vary.
 */
export const r2 = (): Metric =>
  ofValues("r2", "higher", (rows) => {
    const mean = valueMean(rows, (truth) => truth);
    const variance = valueMean(rows, (truth) => (truth - mean) ** 2);
    if (variance === 0) {
      throw new SteepestError(
        `r2 is undefined: the targets of all ${rows.count} rows are ${mean}; give a part where they vary`,
      );
    }
    return 1 - valueMean(rows, (truth, answer) => (truth - answer) ** 2) / variance;
  });
