import { SteepestError } from "../errors.js";
import { type Column, fillMissing, missingAt, readColumn, selectRows } from "./csv/column.js";
import { parseTable } from "./csv/table.js";

export interface CsvOptions {
  /** Name of the target column; "column1", "column2", … where there is no header. */
  readonly target: string;
  /**
   * Whether the first row names the columns. "detect" (the default): it does when it has text above a column of
   * numbers, or, without any column of numbers, when none of its cells occurs twice.
   */
  readonly header?: boolean | "detect";
  /**
   * What becomes of missing values (empty, NA, N/A, NaN, null, ?). "error" (the default) says how many and where; "drop" leaves
   * out the rows; "mean" fills numbers with the column's mean and texts with its most frequent one, and leaves out rows
   * whose target is missing.
   */
  readonly missing?: "error" | "drop" | "mean";
  /**
   * Which columns hold classes rather than numbers. "detect" (the default): those of which less than half of the values are
   * numbers. A list names exactly those columns, the target among them where it is one.
   */
  readonly categorical?: "detect" | readonly string[];
  /** Columns to leave out: identifiers, free text. */
  readonly ignore?: readonly string[];
  /** Default: the most frequent of comma, semicolon and tab in the first line. */
  readonly delimiter?: string;
}

export type CsvTarget =
  | { readonly kind: "numeric"; readonly name: string }
  | { readonly kind: "categorical"; readonly name: string; readonly classes: readonly string[] };

/** Numbers from a CSV file, ready for the linear models. */
export interface CsvData {
  /** Inputs, n × d, row by row. */
  readonly X: Float64Array;
  /** Target values, or class numbers from 0 on in the order of `target.classes`. */
  readonly y: Float64Array;
  readonly n: number;
  readonly d: number;
  /** Names of the features; "colour=red" for the column of a class. */
  readonly columns: readonly string[];
  readonly target: CsvTarget;
  /** What was dropped, filled and encoded, and which columns are constant. */
  readonly notes: readonly string[];
}

/** More classes than this, and more than one for every two rows, look like an identifier. */
const MANY_CLASSES = 50;

/** Reads a CSV file; see `parseCsv`. Throws also where the file cannot be read. */
export const readCsv = async (path: string, options: CsvOptions): Promise<CsvData> => {
  const { readFile } = await import("node:fs/promises");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = missing ? "no such file" : error instanceof Error ? error.message : String(error);
    throw new SteepestError(`${path}: ${reason}; give the path of a CSV file`, { cause: error });
  }
  return parseCsv(text, options, path);
};

/**
 * Numbers from the text of a CSV file: numeric columns as they are, each class of a categorical column as a column of 0
 * and 1 (one-hot, all classes). `source` names the text in messages.
 *
 * Throws one line with line number and column: text in a numeric column, infinite numbers, missing values (unless
 * `missing` says what to do), rows of different length, no rows, no such target, a target with one value or one class only,
 * and a categorical column that looks like an identifier.
 */
export const parseCsv = (text: string, options: CsvOptions, source = "CSV"): CsvData => {
  const {
    target: targetName,
    header = "detect",
    missing = "error",
    categorical = "detect",
    ignore = [],
  } = options;
  const table = parseTable(text, source, header, options.delimiter);
  const list = table.names.join(", ");
  for (const name of [targetName, ...ignore, ...(categorical === "detect" ? [] : categorical)]) {
    if (!table.names.includes(name)) {
      throw new SteepestError(`${source}: there is no column "${name}"; the columns are ${list}`);
    }
  }
  const notes: string[] = [];
  const read = table.names.flatMap((name, j) =>
    ignore.includes(name) ? [] : [readColumn(table, j, source, categorical)],
  );
  const complete = handleMissing(read, targetName, missing, { source, lines: table.lines, notes });
  const target = complete.find(({ name }) => name === targetName);
  const inputs = complete.filter(({ name }) => name !== targetName);
  if (target === undefined || inputs.length === 0) {
    throw new SteepestError(
      `${source}: no columns besides the target "${targetName}"; give at least one input`,
    );
  }
  checkTarget(target, source);
  const n = rowsOf(target);
  const features = inputs.flatMap((column) => encode(column, n, source, notes));
  const d = features.length;
  const X = new Float64Array(n * d);
  features.forEach(({ values }, j) => {
    for (let i = 0; i < n; i++) X[i * d + j] = values[i] ?? 0;
  });
  return {
    X,
    y: target.kind === "numeric" ? target.values : Float64Array.from(target.codes),
    n,
    d,
    columns: features.map(({ name }) => name),
    target:
      target.kind === "numeric"
        ? { kind: "numeric", name: targetName }
        : { kind: "categorical", name: targetName, classes: target.classes },
    notes,
  };
};

const rowsOf = (column: Column) => (column.kind === "numeric" ? column.values : column.codes).length;

const handleMissing = (
  columns: readonly Column[],
  targetName: string,
  policy: "error" | "drop" | "mean",
  { source, lines, notes }: { source: string; lines: readonly number[]; notes: string[] },
): readonly Column[] => {
  const rows = lines.map((_, i) => i);
  const gaps = columns.map((column) => ({ column, rows: rows.filter((i) => missingAt(column, i)) }));
  const found = gaps.filter((gap) => gap.rows.length > 0);
  if (found.length === 0) return columns;
  if (policy === "error") {
    const total = found.reduce((sum, gap) => sum + gap.rows.length, 0);
    const where = found.map(
      (gap) => `"${gap.column.name}" (${gap.rows.length}, first in line ${lines[gap.rows[0] ?? 0]})`,
    );
    throw new SteepestError(
      `${source}: ${total} missing ${total === 1 ? "value" : "values"} in ${where.join(", ")}; choose missing: "drop" or "mean"`,
    );
  }
  const decisive = policy === "drop" ? found : found.filter(({ column }) => column.name === targetName);
  const dropped = new Set(decisive.flatMap((gap) => gap.rows));
  if (dropped.size === rows.length) {
    throw new SteepestError(`${source}: every row has a missing value; nothing is left after dropping them`);
  }
  if (dropped.size > 0) {
    const what = policy === "drop" ? "missing values" : "a missing target";
    notes.push(`${dropped.size} of ${rows.length} rows dropped for ${what}`);
  }
  const kept = rows.filter((i) => !dropped.has(i));
  return columns.map((column) => {
    const { column: filled, note } = fillMissing(selectRows(column, kept), source);
    if (note !== undefined) notes.push(note);
    return filled;
  });
};

/** Throws for a target from which nothing can be learned. */
const checkTarget = (target: Column, source: string): void => {
  const values = target.kind === "numeric" ? target.values : target.codes;
  if (values.some((value) => value !== values[0])) return;
  const problem =
    target.kind === "numeric"
      ? `is ${values[0]} in every row; give a target that varies`
      : `has only one class, "${target.classes[values[0] ?? 0]}"; give rows of at least two`;
  throw new SteepestError(`${source}: the target "${target.name}" ${problem}`);
};

interface Feature {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** The features that a column becomes. */
const encode = (column: Column, n: number, source: string, notes: string[]): Feature[] => {
  const { name } = column;
  const numbers = column.kind === "numeric" ? column.values : column.codes;
  if (numbers.every((value) => value === numbers[0])) notes.push(`column "${name}" is constant`);
  if (column.kind === "numeric") return [{ name, values: column.values }];
  const { classes, codes } = column;
  if (classes.length > MANY_CLASSES && classes.length * 2 > n) {
    throw new SteepestError(
      `${source}: column "${name}" has ${classes.length} different texts in ${n} rows, like an identifier; name it in \`ignore\``,
    );
  }
  notes.push(`column "${name}" encoded as ${classes.length} columns of 0 and 1`);
  return classes.map((text, k) => ({
    name: `${name}=${text}`,
    values: Float64Array.from(codes, (code) => (code === k ? 1 : 0)),
  }));
};
