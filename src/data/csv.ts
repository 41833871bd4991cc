import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing as absent } from "../missing.js";
import { requireKnown } from "../options.js";
import { printable, shown } from "../shown.js";
import { type Source as ByteSource, readSource, sourceName } from "../source.js";
import { unreadable } from "../unreadable.js";
import { inCode } from "../wording.js";
import { failAbsent, oneColumnAdvice } from "./csv/absent.js";
import { type Decimal, decimals } from "./csv/amount.js";
import type { Column } from "./csv/column.js";
import { readColumns } from "./csv/columns.js";
import { type DateOrder, dateOrders } from "./csv/date.js";
import { separatorLine } from "./csv/delimiter.js";
import { type Encoding, encodings, toUtf8 } from "./csv/encoding.js";
import { encodeAll } from "./csv/features.js";
import { completed, type MissingPolicy, missingPolicies } from "./csv/gaps.js";
import { type ColumnNote, summarised } from "./csv/notes.js";
import { fail, failUse, type Source } from "./csv/source.js";
import { readTable } from "./csv/table.js";

export { dateOrders, decimals, encodings };

export interface CsvOptions {
  /** Name of the target column; "column1", "column2", … where there is no header. */
  readonly target: string;
  /**
   * Whether the first row names the columns. "detect": it does when it has text above a column of numbers, or, without any
   * column of numbers, when none of its cells occurs twice.
   * @defaultValue "detect"
   */
  readonly header?: boolean | "detect";
  /**
   * What becomes of missing values (empty, NA, N/A, NaN, null, ?). "error" says how many and where; "drop" leaves
   * out the rows; "mean" fills numbers with the column's mean and texts with its most frequent one, and leaves out rows
   * whose target is missing.
   * @defaultValue "error"
   */
  readonly missing?: MissingPolicy;
  /**
   * Which columns hold classes rather than numbers. "detect": those of which less than half of the values are
   * numbers or dates; where most hold digits nevertheless (5 kg, 1-5), it throws, unless they are codes such as A1 that recur. A list names exactly those columns, the target among them where it is one.
   * @defaultValue "detect"
   */
  readonly categorical?: "detect" | readonly string[];
  /** Columns to leave out: identifiers, free text. */
  readonly ignore?: readonly string[];
  /**
   * The character between cells.
   * @defaultValue What a first line `sep=;` says; else tab, semicolon or comma: the first that cuts the first rows into equally many cells; else the most frequent in the first line.
   */
  readonly delimiter?: string;
  /**
   * The mark between the whole and the fraction of a number; the other may stand between thousands. "detect" goes by the numbers that
   * can be read in one way only, and throws where a column (1,000) means two things.
   * @defaultValue "detect"
   */
  readonly decimal?: Decimal | "detect";
  /**
   * Which comes first in a date such as 1/2/2024. "detect" goes by dates that exist in one order only, and throws where none decides.
   * @defaultValue "detect"
   */
  readonly dates?: DateOrder | "detect";
  /**
   * How the file's bytes stand for characters. "detect" goes by the byte order mark or the zeros of UTF-16, takes UTF-8 for UTF-8, and
   * a file that is none of these for Windows-1252, with a note. (A text is decoded already.)
   * @defaultValue "detect"
   */
  readonly encoding?: Encoding | "detect";
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
  /**
   * What was dropped, filled, encoded and left out of cells, and which columns are constant; one line for all columns of which the same is
   * to be said, where they are many.
   */
  readonly notes: readonly string[];
}

/**
 * Reads a CSV file: by its path, its address, as a `File` that was picked or dropped, or from what `fetch` answered; see `parseCsv`. Throws also where it
 * cannot be read, or is not text in a known encoding.
 */
export const readCsv = async (
  source: Exclude<ByteSource, Uint8Array | ArrayBuffer>,
  options: CsvOptions,
  wording = inCode,
): Promise<CsvData> => {
  const name = sourceName(source);
  let bytes: Uint8Array;
  try {
    bytes = await readSource("readCsv", "a CSV file", source);
  } catch (error) {
    if (error instanceof SteepestError) throw error;
    throw unreadable(name, "a CSV file", error);
  }
  return parseBytes(bytes, options, { name, option: wording });
};

/**
 * Numbers from the text of a CSV file, or from its bytes: columns of numbers as they are, also where they are written as `1.234,50`,
 * `12 %` or `€ 7`; dates as days since 1970-01-01 and times as hours; each class of a categorical column as a column of 0 and 1
 * (one-hot, all classes). `source` names the text in messages.
 *
 * Throws one line with line number and column: text in a numeric column, infinite numbers, numbers and dates that mean two things,
 * missing values (unless `missing` says what to do), rows of different length, no rows, no such target, a target with one value or one
 * class only, and a categorical column that looks like an identifier.
 */
export const parseCsv = (text: string | Uint8Array, options: CsvOptions, source = "CSV"): CsvData => {
  const named = { name: source, option: inCode };
  if (typeof text === "string") {
    // A text is decoded already; halves of characters in it become U+FFFD here.
    return parseBytes(new TextEncoder().encode(text), { ...options, encoding: "utf-8" }, named);
  }
  if (!ArrayBuffer.isView(text)) return fail(named, `it is ${givenText(text)}, not a text or its bytes`);
  return parseBytes(new Uint8Array(text), options, named);
};

const checkChoices = (options: CsvOptions, source: Source): void => {
  requireKnown(source.name, options, [
    "target",
    "header",
    "missing",
    "categorical",
    "ignore",
    "delimiter",
    "decimal",
    "dates",
    "encoding",
  ]);
  const choices: readonly (readonly [keyof CsvOptions, readonly unknown[]])[] = [
    ["header", [true, false, "detect"]],
    ["missing", missingPolicies],
    ["decimal", ["detect", ...decimals]],
    ["dates", ["detect", ...dateOrders]],
    ["encoding", ["detect", ...encodings]],
  ];
  for (const [name, allowed] of choices) {
    const given = options[name];
    if (given !== undefined && !allowed.includes(given)) {
      failUse(source, `${source.option(name)} is ${shown(String(given))}; choose from ${allowed.join(", ")}`);
    }
  }
};

/** Reads bytes that nobody else needs: they are written to. */
const parseBytes = (given: Uint8Array, options: CsvOptions, source: Source): CsvData => {
  const { target: targetName, header = "detect", missing = "error", categorical = "detect" } = options;
  checkChoices(options, source);
  const { bytes, notes } = toUtf8(given, options.encoding ?? "detect", source);
  const told = separatorLine(bytes);
  const table = readTable(told?.rest ?? bytes, header, options.delimiter ?? told?.delimiter, source);
  const ignored = new Set(options.ignore ?? []);
  const classes = categorical === "detect" ? undefined : new Set(categorical);
  const known = new Set(table.names);
  const named = { target: [targetName], ignore: ignored, categorical: classes ?? [] };
  for (const [option, names] of Object.entries(named)) {
    for (const name of names) {
      if (!known.has(name)) failAbsent(table, String(name), option, source);
    }
  }
  const columnNotes: ColumnNote[] = [];
  const wanted = table.names.flatMap((name, j) => (ignored.has(name) ? [] : [j]));
  const columns = readColumns(table, wanted, {
    source,
    as: (name) => (classes === undefined ? "detect" : classes.has(name) ? "classes" : "numbers"),
    decimal: options.decimal ?? "detect",
    dates: options.dates ?? "detect",
    note: (note) => columnNotes.push(note),
  });
  const complete = completed(columns, targetName, missing, table.lines.subarray(table.first), source);
  const target = complete.columns.find(({ name }) => name === targetName);
  const inputs = complete.columns.filter((column) => column !== target);
  if (target === undefined || inputs.length === 0) {
    return fail(
      source,
      `no columns besides the target ${shown(targetName)}; give at least one input${oneColumnAdvice(table, source)}`,
    );
  }
  checkTarget(target, source);
  // A copy: what was read shares the memory of the whole table.
  const y = Float64Array.from(target.kind === "numeric" ? target.values : target.codes);
  const { X, names, notes: encoded } = encodeAll(inputs, y.length, source);
  return {
    X,
    y,
    n: y.length,
    d: names.length,
    columns: names,
    target:
      target.kind === "numeric"
        ? { kind: "numeric", name: targetName }
        : { kind: "categorical", name: targetName, classes: target.classes },
    notes: [
      ...notes,
      ...(told
        ? [`the first line, sep=${printable(told.delimiter)}, read as the separator of cells, not as data`]
        : []),
      ...complete.notes,
      ...summarised([...columnNotes, ...complete.columnNotes, ...encoded]),
    ],
  };
};

/** Throws for a target from which nothing can be learned. */
const checkTarget = (target: Column, source: Source): void => {
  const values = target.kind === "numeric" ? target.values : target.codes;
  if (values.some((value) => value !== values[0])) return;
  const problem =
    target.kind === "numeric"
      ? `is ${values[0]} in every row; give a target that varies`
      : `has only one class, ${shown(target.classes[values[0] ?? absent()] ?? absent())}; give rows of at least two`;
  fail(source, `the target ${shown(target.name)} ${problem}`);
};
