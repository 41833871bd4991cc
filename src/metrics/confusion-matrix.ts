import { missing } from "../missing.js";
import { answeredClass } from "./counts.js";
import { type Measured, type Rows, rowsFor } from "./metric.js";

/** Which class is answered for which: the weight of the rows by truth and answer. */
export const confusionOf = (rows: Rows): number[][] => {
  const matrix = Array.from({ length: rows.width }, () => new Array<number>(rows.width).fill(0));
  for (let row = 0; row < rows.count; row++) {
    const line = matrix[rows.target(row)] ?? missing();
    const answered = answeredClass(rows, row);
    line[answered] = (line[answered] ?? missing()) + rows.weightOf(row);
  }
  return matrix;
};

/** How many of the rows of a confusion matrix, or what weight of them, are answered wrongly. */
export const wrongOf = (matrix: readonly (readonly number[])[]): number =>
  matrix.reduce(
    (wrong, line, i) => line.reduce((sum, weight, j) => (i === j ? sum : sum + weight), wrong),
    0,
  );

/** How often each class is answered for each: `matrix[truth][answered]`, in rows, or in their weights. */
export const confusionMatrix = (measured: Measured): number[][] =>
  confusionOf(rowsFor("confusionMatrix", measured, ["class"]));

/** What agreement is computed from: the sums of a confusion matrix. */
export interface Agreement {
  /** The weight of all rows. */
  readonly total: number;
  /** Of those answered rightly. */
  readonly right: number;
  /** Of those of each class. */
  readonly true: Float64Array;
  /** Of those answered with each class. */
  readonly answered: Float64Array;
}

export const agreementOf = (rows: Rows): Agreement => {
  const matrix = confusionOf(rows);
  return {
    total: rows.total,
    right: matrix.reduce((sum, line, i) => sum + (line[i] ?? missing()), 0),
    true: Float64Array.from(matrix, (line) => line.reduce((a, b) => a + b, 0)),
    answered: Float64Array.from(matrix, (_, j) =>
      matrix.reduce((sum, line) => sum + (line[j] ?? missing()), 0),
    ),
  };
};
