import { SteepestError } from "../errors.js";
import { type Measured, type Rows, rowsFor } from "./metric.js";
import { type Ranking, rankingFor } from "./ranking.js";

/** What rates are where every row counts as positive whose answer is at least `threshold`. */
export interface RocPoint {
  readonly threshold: number;
  /** The share of the others that is taken for the class, FP / (FP + TN). */
  readonly falsePositive: number;
  /** The share of the class that is found, TP / (TP + FN). */
  readonly truePositive: number;
}

export interface PrecisionRecallPoint {
  readonly threshold: number;
  /** TP / (TP + FN). */
  readonly recall: number;
  /** TP / (TP + FP). */
  readonly precision: number;
}

/** The class or label that a curve is of: the second of two classes, the only label. Throws where there are several and none is chosen. */
const columnOf = (name: string, rows: Rows, of: number | undefined): number => {
  const single = rows.width === (rows.kind === "class" ? 2 : 1);
  const what = rows.kind === "class" ? "classes" : "labels";
  if (of === undefined && !single) {
    throw new SteepestError(`${name}: there are ${rows.width} ${what}; say which the curve is of, from 0`);
  }
  const column = of ?? rows.width - 1;
  if (Number.isInteger(column) && column >= 0 && column < rows.width) return column;
  throw new SteepestError(`${name}: of is ${of}; expected a whole number from 0 to ${rows.width - 1}`);
};

/** The points of a ranking, from no row taken to all. */
export const rocPointsOf = ({ ties, positive, negative }: Ranking): RocPoint[] => {
  let [found, wrong] = [0, 0];
  const first: RocPoint = { threshold: Infinity, falsePositive: 0, truePositive: 0 };
  return [
    first,
    ...ties.map((tie) => {
      found += tie.positive;
      wrong += tie.negative;
      return { threshold: tie.answer, falsePositive: wrong / negative, truePositive: found / positive };
    }),
  ];
};

/** The points of a ranking, from the largest answer down until all rows of the class are found. */
export const precisionRecallPointsOf = ({ ties, positive }: Ranking): PrecisionRecallPoint[] => {
  let [found, taken] = [0, 0];
  const points: PrecisionRecallPoint[] = [];
  for (const { answer, ...tie } of ties) {
    found += tie.positive;
    taken += tie.positive + tie.negative;
    if (taken > 0) points.push({ threshold: answer, recall: found / positive, precision: found / taken });
    if (found === positive) break;
  }
  return points;
};

/**
 * The curve of true against false positives of one class against the rest, or of a label: a point for each different answer, from the
 * largest down, after (0, 0). The area under it is `rocAuc`. `of` is the class or label; it may be left out where there are two classes,
 * of which it is the second, or one label. Throws where the part has no rows of the class, or only such.
 */
export const rocCurve = (measured: Measured, of?: number): RocPoint[] => {
  const rows = rowsFor("rocCurve", measured, ["class", "labels"]);
  return rocPointsOf(rankingFor("rocCurve", rows, columnOf("rocCurve", rows, of), true));
};

/**
 * The curve of precision over recall of one class against the rest, or of a label: a point for each different answer, from the largest
 * down until all rows of the class are found. The area under its steps is `averagePrecision`. `of` as for `rocCurve`. Throws where the
 * part has no rows of the class.
 */
export const precisionRecallCurve = (measured: Measured, of?: number): PrecisionRecallPoint[] => {
  const rows = rowsFor("precisionRecallCurve", measured, ["class", "labels"]);
  const column = columnOf("precisionRecallCurve", rows, of);
  return precisionRecallPointsOf(rankingFor("precisionRecallCurve", rows, column, false));
};
