import { type Measured, type Metric, meanOf, meanOver, type Rows, rowsFor } from "./metric.js";

/** Of rows of several values, those of one. */
const columnOf = ({ width, answers, targets, ...rest }: Measured, column: number): Measured => {
  const pick = (values: ArrayLike<number>) =>
    Float64Array.from(
      { length: values.length / width },
      (_, row) => values[row * width + column] ?? Number.NaN,
    );
  return { ...rest, width: 1, answers: pick(answers), targets: pick(targets) };
};

/** The mean over the rows of something of a value and what was answered. */
export const valueMean = (rows: Rows, of: (truth: number, answer: number) => number): number =>
  meanOver(rows, (row) => of(rows.target(row), rows.answer(row)));

/** A metric of values: that of each, on average where a row has several. */
export const ofValues = (name: string, better: Metric["better"], of: (rows: Rows) => number): Metric => ({
  name,
  better,
  takes: ["value"],
  of: (measured) =>
    meanOf(
      Array.from({ length: measured.kind === "value" ? measured.width : 1 }, (_, j) =>
        of(rowsFor(name, measured.width === 1 ? measured : columnOf(measured, j), ["value"])),
      ),
    ),
});
