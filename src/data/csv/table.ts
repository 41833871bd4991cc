import { parse } from "csv-parse/browser/esm/sync";
import { SteepestError } from "../../errors.js";

/** The cells of a CSV text, equally many in every row, with the line each row ends at. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line numbers from 1, one per row. */
  readonly lines: readonly number[];
}

interface RecordWithInfo {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

const MISSING = new Set(["", "na", "n/a", "nan", "null", "?"]);

/** Whether a cell stands for a missing value: empty, NA, N/A, NaN, null or ?, in upper or lower case. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** Infinity as written by common programs. */
const INFINITE = /^[+-]?inf(inity)?$/i;

/** Whether a cell is a number in decimal notation; infinite ones count, so that they are reported as such. */
export const isNumeric = (cell: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) || INFINITE.test(cell);

/** The number that a numeric cell holds, infinite where it is too large. */
export const toNumber = (cell: string): number => (INFINITE.test(cell) ? Infinity : Number(cell));

/** The most frequent of comma, semicolon and tab in the first line that is not empty. */
const detectDelimiter = (text: string): string => {
  const first = text.split(/\r\n|\r|\n/).find((line) => line.trim() !== "") ?? "";
  const count = (delimiter: string) => first.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
};

/**
 * Splits a CSV text into cells, without the blanks around them; empty lines are skipped. Throws with the line number
 * where a quote is not closed, a row has more or fewer cells than the first, two columns have one name, or no row follows
 * the header.
 */
export const parseTable = (
  text: string,
  source: string,
  header: boolean | "detect",
  delimiter = detectDelimiter(text),
): Table => {
  const fail = (problem: string): never => {
    throw new SteepestError(`${source}: ${problem}`);
  };
  const records = parseRecords(text, delimiter, fail);
  const first = records[0];
  if (first === undefined) return fail("it has no rows; give a header line and at least one row of data");
  const width = first.record.length;
  for (const { record, info } of records) {
    if (record.length !== width) {
      fail(
        `line ${info.lines} has ${record.length} cells, line ${first.info.lines} has ${width}; give every row equally many`,
      );
    }
  }
  const rows = records.map(({ record }) => record);
  const headed = header === "detect" ? looksLikeHeader(rows) : header;
  const names = headed
    ? first.record.map((name, j) => name || `column${j + 1}`)
    : first.record.map((_, j) => `column${j + 1}`);
  const repeated = names.find((name, j) => names.indexOf(name) !== j);
  if (repeated !== undefined) fail(`two columns are named "${repeated}"; give each its own name`);
  const data = headed ? records.slice(1) : records;
  if (data.length === 0) fail("it has no rows after the header; give at least one row of data");
  return { names, rows: data.map(({ record }) => record), lines: data.map(({ info }) => info.lines) };
};

const parseRecords = (
  text: string,
  delimiter: string,
  fail: (problem: string) => never,
): readonly RecordWithInfo[] => {
  try {
    const records: unknown = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records as readonly RecordWithInfo[];
  } catch (error) {
    return fail(`not CSV: ${(error instanceof Error ? error.message : String(error)).replaceAll("\n", " ")}`);
  }
};

/**
 * The first row is a header when it has text above a column of numbers; where no column is numeric, when its cells differ
 * from each other and none occurs again below.
 */
const looksLikeHeader = (rows: readonly (readonly string[])[]): boolean => {
  const [first = [], ...rest] = rows;
  const below = first.map((_, j) => rest.map((row) => row[j] ?? "").filter((cell) => !isMissing(cell)));
  const numeric = below.map(
    (cells) => cells.length > 0 && cells.filter(isNumeric).length * 2 >= cells.length,
  );
  const named = first.map((cell) => !isMissing(cell) && !isNumeric(cell));
  if (numeric.includes(true)) return first.some((_, j) => numeric[j] === true && named[j] === true);
  return (
    named.every(Boolean) &&
    new Set(first).size === first.length &&
    first.every((cell, j) => !below[j]?.includes(cell))
  );
};
