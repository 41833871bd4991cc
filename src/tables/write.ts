import { textAt } from "../data/csv/scan.js";
import { csvRow } from "../data/csv/write.js";
import { largestIn } from "../extremes.js";
import { missing } from "../missing.js";
import type { EncodedTarget, TableEncoder } from "./encoder.js";
import type { AnsweredRows } from "./predict.js";

/** How predictions are written: a table with a line for each row, or lines of JSON. */
export type PredictionFormat = "csv" | "json-lines";

/** A number as short as float32 allows. */
const short = (value: number): number => Number(value.toPrecision(7));

/** The columns of the predictions of a target: its class or value under its own name, and a probability for each class as in "colour=red". */
export const predictionColumns = (targets: readonly EncodedTarget[]): readonly string[] =>
  targets.flatMap((target) =>
    target.kind === "class"
      ? [target.name, ...target.classes.map((name) => `${target.name}=${name}`)]
      : [target.name],
  );

type Cell = string | number;

/** Predictions of some rows, row by row, in the order of `predictionColumns`. */
export const predictionRows = ({ answers, rows }: AnsweredRows): Cell[][] =>
  Array.from({ length: rows }, (_, row) =>
    answers.flatMap(({ target, data, width }): Cell[] => {
      if (target.kind === "value") return [short(data[row] ?? missing())];
      const probabilities = Array.from(data.subarray(row * width, (row + 1) * width), short);
      return [target.classes[largestIn(data, row * width, width)] ?? missing(), ...probabilities];
    }),
  );

/** Writes predictions as text, piece by piece; `kept` columns of the table stand before them. */
export const predictionText = (encoder: TableEncoder, format: PredictionFormat, kept: readonly string[]) => {
  const names = [...kept, ...predictionColumns(encoder.targets)];
  return {
    head: format === "csv" ? `${csvRow(names)}\n` : "",
    piece: (answered: AnsweredRows): string => {
      const { table } = answered;
      const columns = kept.map((name) => table.names.indexOf(name));
      const lines = predictionRows(answered).map((predicted, row) => {
        const own = columns.map((j) => textAt(table, (table.first + row) * table.width + j));
        const cells = [...own, ...predicted];
        return format === "csv"
          ? csvRow(cells)
          : JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i]])));
      });
      return `${lines.join("\n")}\n`;
    },
  };
};
