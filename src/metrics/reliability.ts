import { check, positiveCount } from "../check.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { answeredClass } from "./counts.js";
import { type Measured, rowsFor } from "./metric.js";

/** Rows whose probabilities are near one another. */
export interface ReliabilityBin {
  /** The probabilities that fall into it: above `from`, the first bin from 0 on, and up to `to`. */
  readonly from: number;
  readonly to: number;
  /** How many rows. */
  readonly rows: number;
  /** The mean of their probabilities. */
  readonly probability: number;
  /** The share of them for which it came true. */
  readonly share: number;
}

export interface ReliabilityOptions {
  /** @defaultValue 10 */
  readonly bins?: number;
  /**
   * The class whose probability is compared with how often it is the true one; "answered" for that of the class that was answered,
   * compared with how often it is right.
   *
   * @defaultValue 1 for two classes, else "answered"
   */
  readonly of?: number | "answered";
}

/**
 * How often what was given a probability comes true: rows in bins of equal width by their probability, without empty ones. Where
 * probabilities are to be trusted, `share` is near `probability` in each (Murphy and Winkler 1977).
 */
export const reliability = (measured: Measured, options: ReliabilityOptions = {}): ReliabilityBin[] => {
  const { bins = 10, of } = requireKnown("reliability", options, ["bins", "of"]);
  check("reliability", positiveCount, { bins });
  const rows = rowsFor("reliability", measured, ["class"]);
  const chosen = of ?? (rows.width === 2 ? 1 : "answered");
  if (chosen !== "answered" && !(Number.isInteger(chosen) && chosen >= 0 && chosen < rows.width)) {
    throw new SteepestError(
      `reliability: of is ${chosen}; expected a whole number from 0 to ${rows.width - 1}, or "answered"`,
    );
  }
  const sums = Array.from({ length: bins }, () => ({ rows: 0, weight: 0, probability: 0, true: 0 }));
  for (let row = 0; row < rows.count; row++) {
    const about = chosen === "answered" ? answeredClass(rows, row) : chosen;
    const probability = rows.answer(row, about);
    const weight = rows.weightOf(row);
    const sum = sums[Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1))] ?? missing();
    sum.rows += 1;
    sum.weight += weight;
    sum.probability += weight * probability;
    sum.true += weight * Number(rows.target(row) === about);
  }
  return sums.flatMap(({ rows: inBin, weight, probability, true: came }, i) =>
    weight === 0
      ? []
      : [
          {
            from: i / bins,
            to: (i + 1) / bins,
            rows: inBin,
            probability: probability / weight,
            share: came / weight,
          },
        ],
  );
};
