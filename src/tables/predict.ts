import type { Table } from "../data/csv/table.js";
import { defaultEngine } from "../engine/compile.js";
import type { HostTensors, Session } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { listed, shown } from "../shown.js";
import { encodeRows, noUnknowns } from "./encode.js";
import type { EncodedColumn, EncodedTarget, TableEncoder } from "./encoder.js";
import type { Column } from "./gather.js";
import { type ReadAs, readValues } from "./kinds/read.js";
import type { TableFile } from "./read/open.js";
import { targetName } from "./targets.js";

/** How a column is read again, as it was in training. */
export const readingOf = (column: EncodedColumn): ReadAs =>
  column.kind === "number"
    ? { kind: "number", decimal: column.decimal, units: column.units }
    : column.kind === "boolean"
      ? { kind: "boolean", no: column.no, yes: column.yes }
      : column.kind === "date"
        ? { kind: "date", order: column.order }
        : column.kind === "text"
          ? { kind: "text", buckets: column.buckets }
          : { kind: column.kind };

/** What a file has that the model did not learn from, or lacks: counted while it is read. */
export class Differences {
  readonly unknowns = noUnknowns();
  readonly unread = new Map<string, { count: number; readonly line: number; readonly text: string }>();
  absent: readonly string[] = [];

  /** In words, one line each. */
  get notes(): readonly string[] {
    return [
      ...(this.absent.length > 0
        ? [
            `the table has no column ${listed(this.absent)}: the values count as missing, and answers are less sure`,
          ]
        : []),
      ...[...this.unknowns.categories].map(
        ([name, { count, example }]) =>
          `column ${shown(name)}: ${count} ${count === 1 ? "cell holds a category" : "cells hold categories"} that the model has not learned, such as ${shown(example)}`,
      ),
      ...[...this.unread].map(
        ([name, { count, line, text }]) =>
          `column ${shown(name)}: ${count}${count >= 3 ? " or more" : ""} cells are not what it held in training and count as missing, such as ${shown(text)} in line ${line}`,
      ),
    ];
  }
}

/** Throws where numbers have another unit than they had in training. */
export const requireUnits = (
  { name, units }: { readonly name: string; readonly units: readonly string[] },
  found: readonly string[],
): void => {
  const other = found.find((unit) => unit !== "" && !units.includes(unit));
  if (other !== undefined)
    throw new SteepestError(
      `column ${shown(name)} is in ${shown(other)}, but was in ${units.map((unit) => unit || "no unit").join(", ")} where the model learned; give it in the same unit`,
    );
};

/** The columns of some rows that an encoder wants, read as in training. */
export const columnsOf = (
  encoder: TableEncoder,
  table: Table,
  differences: Differences,
): ReadonlyMap<string, Column> => {
  const found = new Map<string, Column>();
  for (const column of encoder.columns) {
    const j = table.names.indexOf(column.name);
    if (j < 0) continue;
    const values = readValues(table, j, readingOf(column));
    if (values.kind === "numbers") {
      if (column.kind === "number") requireUnits(column, values.units);
      const [first] = values.unread;
      if (first) {
        const known = differences.unread.get(column.name);
        if (known) known.count += values.unread.length;
        else differences.unread.set(column.name, { count: values.unread.length, ...first });
        // What is infinite or unreadable counts as missing.
        for (let row = 0; row < values.values.length; row++)
          if (!Number.isFinite(values.values[row])) values.values[row] = Number.NaN;
      }
    }
    found.set(column.name, values);
  }
  return found;
};

/** Throws where a table has hardly any of the columns that a model learned from; those that are absent are told. */
export const requireColumns = (
  { columns }: TableEncoder,
  names: readonly string[],
  path: string,
): readonly string[] => {
  const absent = columns.map(({ name }) => name).filter((name) => !names.includes(name));
  if (absent.length * 2 <= columns.length) return absent;
  throw new SteepestError(
    `${path}: of the ${columns.length} columns that the model learned from it has ${columns.length - absent.length}: there is no ${listed(absent, 5)}, but ${listed(names, 5)}; give a table with the same columns`,
  );
};

/** What a model answers for a target of some rows: probabilities of the classes, or values, row by row. */
export interface TargetAnswers {
  readonly target: EncodedTarget;
  readonly data: Float32Array;
  /** Numbers of a row. */
  readonly width: number;
}

/** Some rows of a table with what a model answers to them. */
export interface AnsweredRows {
  readonly table: Table;
  readonly rows: number;
  readonly answers: readonly TargetAnswers[];
}

/** Rows that a model is given at once. */
const atOnce = 4096;

/** A model for tables that is ready to answer. */
export interface TableModel {
  readonly encoder: TableEncoder;
  readonly session: Session;
}

/** Loads the bytes of a model for tables. */
export const loadTableModel = async (bytes: Uint8Array, encoder: TableEncoder): Promise<TableModel> => ({
  encoder,
  session: await (await defaultEngine()).load(bytes),
});

const outputName = (encoder: TableEncoder, target: EncodedTarget): string =>
  encoder.targets.length > 1
    ? targetName(encoder.targets, target)
    : target.kind === "class"
      ? "probabilities"
      : "output";

/** What a model answers to rows that are encoded. */
export const answerRows = async (
  { encoder, session }: TableModel,
  encoded: ReturnType<typeof encodeRows>,
  rows: number,
): Promise<readonly TargetAnswers[]> => {
  const answers = encoder.targets.map((target) => {
    const width = target.kind === "class" ? target.classes.length : 1;
    return { target, width, data: new Float32Array(rows * width) };
  });
  for (let from = 0; from < rows; from += atOnce) {
    const size = Math.min(atOnce, rows - from);
    const feeds: HostTensors = Object.fromEntries(
      Object.entries(encoded).map(([name, values]) => {
        const width = values.length / rows;
        const part = values.subarray(from * width, (from + size) * width);
        return [
          name,
          part instanceof Int32Array
            ? { dtype: "int64" as const, shape: [size, width], data: BigInt64Array.from(part, BigInt) }
            : { dtype: "float32" as const, shape: [size, width], data: Float32Array.from(part) },
        ];
      }),
    );
    const outputs = await session.run(feeds);
    for (const { target, width, data } of answers) {
      const found = outputs[outputName(encoder, target)]?.data ?? missing();
      data.set(Array.from(found, Number), from * width);
    }
  }
  return answers;
};

/** What a model answers to the rows of a table, piece by piece; what is strange about the table is told to `differences`. */
export async function* predictTable(
  model: TableModel,
  file: TableFile,
  differences: Differences,
): AsyncGenerator<AnsweredRows, void, void> {
  let first = true;
  for await (const table of file.pieces()) {
    if (first) differences.absent = requireColumns(model.encoder, table.names, file.path);
    first = false;
    const rows = table.end - table.first;
    if (rows === 0) continue;
    const encoded = encodeRows(
      model.encoder,
      columnsOf(model.encoder, table, differences),
      rows,
      differences.unknowns,
    );
    yield { table, rows, answers: await answerRows(model, encoded, rows) };
  }
}
