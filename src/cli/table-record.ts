import type { Dataset } from "../data/dataset.js";
import { missing } from "../missing.js";
import { number } from "../report/format.js";
import type { ColumnRecord, TableRecord, TargetRecord } from "../report/table-record.js";
import { listed } from "../shown.js";
import { partialDependence } from "../tables/dependence.js";
import type { EncodedColumn, TableEncoder } from "../tables/encoder.js";
import { type ScoredTarget, scoreTable, worstMistakes } from "../tables/evaluate.js";
import { permutationImportance } from "../tables/importance.js";
import type { TableModel } from "../tables/predict.js";
import type { TableFile } from "../tables/read/open.js";
import { type FileRow, rowsAt } from "../tables/read/rows.js";

const dayText = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** What is known of a column's values from the rows that were trained on. */
const saidOf = (column: EncodedColumn): string => {
  if (column.kind === "text") return `its words as ${column.buckets} numbers`;
  if (column.kind === "category") {
    const { categories } = column;
    return `${categories.length} categories: ${listed(
      categories.map((text) => text || "(missing)"),
      5,
    )}`;
  }
  const { offset, median, spread, gaps } = column;
  const middle = median + offset;
  const absent = gaps ? "; some are missing" : "";
  if (column.kind === "boolean")
    return `${column.no[0]} and ${column.yes[0]}; ${number(100 * (column.mean + offset))} % are ${column.yes[0]}${absent}`;
  if (column.kind === "date")
    return `the middle one ${dayText(middle)}, the middle half within ${number(spread)} days${absent}`;
  const unit = column.kind === "time" ? " h" : "";
  return `the middle one ${number(middle)}${unit}, the middle half within ${number(spread)}${unit}${absent}`;
};

/** The columns as they were understood, those that were left out last. */
export const columnsOf = ({ columns, ignored }: TableEncoder): readonly ColumnRecord[] => [
  ...columns.map((column) => ({ name: column.name, kind: column.kind, said: saidOf(column) })),
  ...ignored.map(({ name, why }) => ({ name, said: why })),
];

/** How many columns are looked at closely. */
const closely = 6;

/** Rows of a table that a model is measured on. */
export interface MeasuredRows {
  /** What they are: "test rows". */
  readonly rows: string;
  readonly data: Dataset;
  readonly file: TableFile;
  /** The number of each row of `data` in the file, from 0. */
  readonly numbers: ArrayLike<number>;
  readonly seed?: number;
  readonly positive?: string;
}

/** What a model makes of labelled rows: scores, importance, dependence and the worst mistakes of each target. */
export const tableRecordOf = async (
  model: TableModel,
  { rows, data, file, numbers, seed = 0, positive }: MeasuredRows,
): Promise<TableRecord> => {
  const scored = await scoreTable(model, data, positive === undefined ? {} : { positive });
  const importance = await permutationImportance(model, data, { seed });
  const mistakes = scored.map((each) => worstMistakes(each));
  const wanted = mistakes.flat().map(({ row }) => numbers[row] ?? missing());
  const found = await rowsAt(file, [...new Set(wanted)]);
  const rowOf = new Map([...new Set(wanted)].map((number, i) => [number, found[i] ?? missing()]));
  const named = model.encoder.columns.map(({ name }) => name);
  const important = scored.map((_, t) =>
    (importance?.[t]?.columns.map(({ name }) => name) ?? named).slice(0, closely),
  );
  const dependence = await partialDependence(model, data, [...new Set(important.flat())], { seed });
  const targetRecord = ({ target, measured, scored: scores }: ScoredTarget, t: number): TargetRecord => {
    const shown = important[t] ?? missing();
    const cellsOf = ({ cells }: FileRow) =>
      Object.fromEntries(shown.map((name) => [name, cells.get(name) ?? ""]));
    return {
      name: target.name,
      classes: target.kind === "class" ? target.classes : [],
      scored: scores,
      ...(target.kind === "value" && {
        values: { truth: measured.targets, predicted: measured.answers },
      }),
      importance: importance?.[t],
      dependence: dependence
        .filter(({ name }) => shown.includes(name))
        .map(({ points, ...rest }) => ({
          ...rest,
          points: points.map(({ at, answers }) => ({ at, answers: answers[t] ?? missing() })),
        })),
      worst: (mistakes[t] ?? missing()).map(({ row, ...rest }) => {
        const inFile = rowOf.get(numbers[row] ?? missing()) ?? missing();
        return { ...rest, line: inFile.line, cells: cellsOf(inFile) };
      }),
    };
  };
  return { columns: columnsOf(model.encoder), rows, targets: scored.map(targetRecord) };
};
