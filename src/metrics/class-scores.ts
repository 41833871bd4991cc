import { averagePrecisionOf } from "./average-precision.js";
import { shareOf } from "./averages.js";
import { countsOf } from "./counts.js";
import { type Measured, rowsFor } from "./metric.js";
import { rankingFor } from "./ranking.js";
import { rocAreaOf } from "./roc-auc.js";

/** How well one class is told from the rest. */
export interface ClassScores {
  /** The weight of its rows. */
  readonly rows: number;
  /** The weight of those that are answered as it. */
  readonly answered: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Undefined where there are no rows of it, or no others. */
  readonly rocAuc: number | undefined;
  /** Undefined where there are no rows of it. */
  readonly averagePrecision: number | undefined;
}

/** The scores of each class against the rest, by its number. What is a share of nothing is 0. */
export const classScores = (measured: Measured): ClassScores[] => {
  const rows = rowsFor("classScores", measured, ["class"]);
  return countsOf(rows).map(({ truePositive, falsePositive, falseNegative }, column) => {
    const own = truePositive + falseNegative;
    const ranking = own > 0 ? rankingFor("classScores", rows, column, false) : undefined;
    return {
      rows: own,
      answered: truePositive + falsePositive,
      precision: shareOf(truePositive, truePositive + falsePositive),
      recall: shareOf(truePositive, own),
      f1: shareOf(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
      rocAuc: ranking && ranking.negative > 0 ? rocAreaOf(ranking) : undefined,
      averagePrecision: ranking && averagePrecisionOf(ranking),
    };
  });
};
