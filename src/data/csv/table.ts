import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { readAmount } from "./amount.js";
import { type Days, readDate, readTime } from "./date.js";
import { delimiterOf } from "./delimiter.js";
import { readPlain } from "./plain.js";
import { type Before, type Cells, NOT_WHOLE, sameText, scan, textAt } from "./scan.js";
import { fail, type Source } from "./source.js";

/** What a cell holds at first sight: letters without a digit; something else with a digit; nothing; a plain number; one of few digits alone. */
export const WORDS = 0;
export const TEXT = 1;
export const MISSING = 2;
export const NUMBER = 3;
export const WHOLE = 4;

/** Whether a cell of this kind is a plain number. */
export const isPlain = (kind: number): boolean => kind >= NUMBER;

/** The cells of a CSV text, with the numbers among them that are written plainly. */
export interface Table extends Cells {
  readonly names: readonly string[];
  /** What each cell holds, one column behind the other. */
  readonly kinds: Uint8Array;
  /** The value of each plain number, infinite where it is too large; NaN of other cells. One column behind the other. */
  readonly values: Float64Array;
  /** The first row of data: 1 where row 0 names the columns. */
  readonly first: number;
  /** Rows, with that of the names. */
  readonly end: number;
}

/** A missing value: nothing, NA, N/A, NaN, null or ?, in upper or lower case. */
const GAP = /^(na|n\/a|nan|null|\?)?$/i;

/** Infinity as written by common programs. */
const INFINITE = /^([+-]?)inf(inity)?$/i;

/** The longest text that stands for a number or for nothing: -infinity. */
const LONGEST = 9;

const hasDigit = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? missing()) - 48;
    if (digit >= 0 && digit <= 9) return true;
  }
  return false;
};

/** What the cells of column j hold, from the first row of data on. */
export const kindsOf = ({ kinds, first, end }: Table, j: number): Uint8Array =>
  kinds.subarray(j * end + first, (j + 1) * end);

/** The plain numbers of column j, from the first row of data on. */
export const valuesOf = ({ values, first, end }: Table, j: number): Float64Array =>
  values.subarray(j * end + first, (j + 1) * end);

/** How many cells of column j hold something, a plain number, and something else with a digit. */
export const tally = (table: Table, j: number): { present: number; plain: number; text: number } => {
  const kinds = kindsOf(table, j);
  let [gaps, plain, text] = [0, 0, 0];
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row] ?? missing();
    if (kind >= NUMBER) plain++;
    else if (kind === TEXT) text++;
    else if (kind === MISSING) gaps++;
  }
  return { present: kinds.length - gaps, plain, text };
};

type Read = Pick<Table, "kinds" | "values">;

/** Reads every cell that is a plain number or missing. */
const readCells = (cells: Cells): Read => {
  const { bytes, starts, ends, whole, lines } = cells;
  const rows = lines.length;
  const kinds = new Uint8Array(starts.length);
  const values = new Float64Array(starts.length);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let at = row; at < kinds.length; at += rows, k++) {
      const digits = whole[k] ?? missing();
      if (digits !== NOT_WHOLE) {
        kinds[at] = WHOLE;
        values[at] = digits;
        continue;
      }
      const start = starts[k] ?? missing();
      const end = ends[k] ?? missing();
      const value = readPlain(bytes, start, end, 46);
      values[at] = value;
      if (!Number.isNaN(value)) kinds[at] = NUMBER;
      else if (hasDigit(bytes, start, end)) kinds[at] = TEXT;
      else if (start === end) kinds[at] = MISSING;
      // Most words are told by their first letter, without making a string of them.
      else if (end - start <= LONGEST && "nN?iI+-".includes(String.fromCharCode(bytes[start] ?? missing()))) {
        const text = textAt(cells, k);
        const infinite = INFINITE.exec(text);
        if (infinite) values[at] = infinite[1] === "-" ? -Infinity : Infinity;
        kinds[at] = infinite ? NUMBER : GAP.test(text) ? MISSING : WORDS;
      }
    }
  }
  return { kinds, values };
};

const days: Days = { "day-first": 0, "month-first": 0 };

/** Whether the cell of this kind in row and column is a number, an amount, a date or a time in any notation. */
const isQuantity = (cells: Cells, kind: number, cell: number): boolean => {
  if (kind !== TEXT) return isPlain(kind);
  const { bytes, starts, ends } = cells;
  const [start, end] = [starts[cell] ?? missing(), ends[cell] ?? missing()];
  if (readDate(bytes, start, end, days)) return true;
  const text = textAt(cells, cell);
  return (readAmount(text, ".") ?? readAmount(text, ",") ?? readTime(text)) !== undefined;
};

/** Rows below the first by which a header is told. */
const JUDGED = 1000;

/**
 * The first row is a header when it has text above a column of numbers; where no column is numeric, when its cells differ
 * from each other and none occurs again below.
 */
const looksLikeHeader = (cells: Cells, { kinds }: Read): boolean => {
  const { width, lines } = cells;
  const rows = lines.length;
  const end = Math.min(rows, 1 + JUDGED);
  const kindAt = (row: number, j: number) => kinds[j * rows + row] ?? missing();
  const isName = (j: number) => kindAt(0, j) < MISSING && !isQuantity(cells, kindAt(0, j), j);
  let anyNumeric = false;
  for (let j = 0; j < width; j++) {
    let present = 0;
    let quantities = 0;
    for (let row = 1; row < end; row++) {
      const kind = kindAt(row, j);
      if (kind === MISSING) continue;
      present++;
      if (isQuantity(cells, kind, row * width + j)) quantities++;
    }
    if (present === 0 || quantities * 2 < present) continue;
    if (isName(j)) return true;
    anyNumeric = true;
  }
  if (anyNumeric) return false;
  const names = new Set<string>();
  for (let j = 0; j < width; j++) {
    if (!isName(j)) return false;
    names.add(textAt(cells, j));
    for (let k = j + width; k < kinds.length; k += width) if (sameText(cells, j, k)) return false;
  }
  return names.size === width;
};

/**
 * Cuts a CSV text in UTF-8 into a table. Throws with the line number for what `scan` throws for, where two columns have one name, and
 * where no row follows the header.
 */
export const readTable = (
  bytes: Uint8Array,
  header: boolean | "detect",
  delimiter: string | undefined,
  source: Source,
): Table => {
  const cells = scan(bytes, delimiterOf(bytes, delimiter, source), source);
  const end = cells.lines.length;
  if (end === 0) return fail(source, "it has no rows; give a header line and at least one row of data");
  if (cells.ends.every((at, k) => at === cells.starts[k])) {
    return fail(source, "it holds nothing but blanks and separators; give a header line and rows of data");
  }
  const read = readCells(cells);
  const headed = header === "detect" ? looksLikeHeader(cells, read) : header;
  const names = Array.from(
    { length: cells.width },
    (_, j) => (headed && textAt(cells, j)) || `column${j + 1}`,
  );
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) fail(source, `two columns are named ${shown(name)}; give each its own name`);
    seen.add(name);
  }
  if (headed && end === 1) fail(source, "it has no rows after the header; give at least one row of data");
  return { ...cells, ...read, names, first: headed ? 1 : 0, end };
};

/** Cuts a further part of the text of a table, which begins with a whole row, as `readTable` cut the first. */
export const readFurther = (
  bytes: Uint8Array,
  { names, delimiter }: Pick<Table, "names" | "delimiter">,
  before: Before,
  source: Source,
): Table => {
  const cells = scan(bytes, delimiter, source, before);
  return { ...cells, ...readCells(cells), names, first: 0, end: cells.lines.length };
};
