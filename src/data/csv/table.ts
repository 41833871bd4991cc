import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { readAmount } from "./amount.js";
import { readDate, readTime } from "./date.js";
import { delimiterOf } from "./delimiter.js";
import { readPlain } from "./plain.js";
import { type Cells, sameText, scan, textAt } from "./scan.js";
import { fail, type Source } from "./source.js";

/** What a cell holds at first sight: letters without a digit; something else with a digit; a plain number; nothing. */
export const WORDS = 0;
export const TEXT = 1;
export const NUMBER = 2;
export const MISSING = 3;

/** The cells of a CSV text, with the numbers among them that are written plainly. */
export interface Table extends Cells {
  readonly names: readonly string[];
  /** One of WORDS, TEXT, NUMBER and MISSING for each cell. */
  readonly kinds: Uint8Array;
  /** The value of each cell of kind NUMBER, infinite where it is too large; NaN of the others. */
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

/** Reads every cell that is a plain number or missing. */
const readCells = (cells: Cells): { kinds: Uint8Array; values: Float64Array } => {
  const { bytes, starts, ends } = cells;
  const kinds = new Uint8Array(starts.length);
  const values = new Float64Array(starts.length);
  for (let k = 0; k < starts.length; k++) {
    const start = starts[k] ?? missing();
    const end = ends[k] ?? missing();
    const value = readPlain(bytes, start, end, 46);
    values[k] = value;
    if (!Number.isNaN(value)) kinds[k] = NUMBER;
    else if (hasDigit(bytes, start, end)) kinds[k] = TEXT;
    else if (start === end) kinds[k] = MISSING;
    // Most words are told by their first letter, without making a string of them.
    else if (end - start <= LONGEST && "nN?iI+-".includes(String.fromCharCode(bytes[start] ?? missing()))) {
      const text = textAt(cells, k);
      const infinite = INFINITE.exec(text);
      if (infinite) values[k] = infinite[1] === "-" ? -Infinity : Infinity;
      kinds[k] = infinite ? NUMBER : GAP.test(text) ? MISSING : WORDS;
    }
  }
  return { kinds, values };
};

/** Whether a cell is a number, an amount, a date or a time in any notation. */
const isQuantity = (table: Cells & { kinds: Uint8Array }, k: number): boolean => {
  if (table.kinds[k] !== TEXT) return table.kinds[k] === NUMBER;
  const text = textAt(table, k);
  return (readAmount(text, ".") ?? readAmount(text, ",") ?? readDate(text) ?? readTime(text)) !== undefined;
};

/** Rows below the first by which a header is told. */
const JUDGED = 1000;

/**
 * The first row is a header when it has text above a column of numbers; where no column is numeric, when its cells differ
 * from each other and none occurs again below.
 */
const looksLikeHeader = (table: Cells & { kinds: Uint8Array }): boolean => {
  const { width, kinds, lines } = table;
  const end = Math.min(lines.length, 1 + JUDGED);
  const isName = (j: number) => kinds[j] === WORDS || (kinds[j] === TEXT && !isQuantity(table, j));
  let anyNumeric = false;
  for (let j = 0; j < width; j++) {
    let present = 0;
    let quantities = 0;
    for (let k = j + width; k < end * width; k += width) {
      if (kinds[k] === MISSING) continue;
      present++;
      if (isQuantity(table, k)) quantities++;
    }
    if (present === 0 || quantities * 2 < present) continue;
    if (isName(j)) return true;
    anyNumeric = true;
  }
  if (anyNumeric) return false;
  const names = new Set<string>();
  for (let j = 0; j < width; j++) {
    if (!isName(j)) return false;
    names.add(textAt(table, j));
    for (let k = j + width; k < kinds.length; k += width) if (sameText(table, j, k)) return false;
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
  const { kinds, values } = readCells(cells);
  const headed = header === "detect" ? looksLikeHeader({ ...cells, kinds }) : header;
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
  return { ...cells, names, kinds, values, first: headed ? 1 : 0, end };
};
