import { type Measured, type Metric, meanOf, meanOver, type Rows, rowsFor } from "./metric.js";

/** A value of the targets and what was answered, for every row. */
export interface Column {
  readonly rows: Rows;
  readonly truth: (row: number) => number;
  readonly answer: (row: number) => number;
}

/** The mean over the rows of something of truth and answer. */
export const columnMean = (
  { rows, truth, answer }: Column,
  of: (truth: number, answer: number) => number,
): number => meanOver(rows, (row) => of(truth(row), answer(row)));

/** A metric of values: that of each, on average where a row has several. */
export const ofValues = (name: string, better: Metric["better"], of: (column: Column) => number): Metric => ({
  name,
  better,
  of: (measured: Measured) => {
    const rows = rowsFor(name, measured, ["value"]);
    return meanOf(
      Array.from({ length: rows.width }, (_, j) =>
        of({ rows, truth: (row) => rows.target(row, j), answer: (row) => rows.answer(row, j) }),
      ),
    );
  },
});
