import { missing } from "../missing.js";
import type { Rows } from "./metric.js";

/** Of one class or label, the weights of the rows that are of it and answered so, answered so but not of it, and of it but answered otherwise. */
export interface Counts {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** The class with the largest answer of a row; the first of equal ones. */
export const answeredClass = ({ width, answer }: Rows, row: number): number => {
  let best = 0;
  for (let j = 1; j < width; j++) if (answer(row, j) > answer(row, best)) best = j;
  return best;
};

/** Whether a label is answered with yes: a probability above a half. */
export const answeredYes = ({ answer }: Rows, row: number, label: number): boolean =>
  answer(row, label) > 0.5;

/** The counts of each class or label. */
export const countsOf = (rows: Rows): Counts[] => {
  const counts = Array.from({ length: rows.width }, () => ({
    truePositive: 0,
    falsePositive: 0,
    falseNegative: 0,
  }));
  const add = (column: number, isTrue: boolean, answered: boolean, weight: number) => {
    const of = counts[column] ?? missing();
    if (isTrue && answered) of.truePositive += weight;
    else if (answered) of.falsePositive += weight;
    else if (isTrue) of.falseNegative += weight;
  };
  for (let row = 0; row < rows.count; row++) {
    const weight = rows.weightOf(row);
    const answered = answeredClass(rows, row);
    for (let j = 0; j < rows.width; j++) {
      if (rows.kind === "class") add(j, rows.target(row) === j, answered === j, weight);
      else add(j, rows.target(row, j) === 1, answeredYes(rows, row, j), weight);
    }
  }
  return counts;
};
