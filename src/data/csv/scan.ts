import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { fail, type Source } from "./source.js";

/**
 * A CSV text cut into rows of equally many cells. Cell k, counted row by row, is the bytes `starts[k]` to `ends[k]` of the text, without
 * the quotes and blanks around it.
 */
export interface Cells {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** The number of each cell of up to nine digits alone, `NOT_WHOLE` of others. */
  readonly whole: Uint32Array;
  /** The byte between cells. */
  readonly delimiter: number;
  /** Cells in a row. */
  readonly width: number;
  /** The line, from 1, that each row begins in. */
  readonly lines: Uint32Array;
  /** The line after the last row. */
  readonly next: number;
}

/** What a further part of a text follows on. */
export interface Before {
  /** The line, from 1, that the part begins in. */
  readonly line: number;
  /** Cells in the first row of the text, and the line of that row. */
  readonly width: number;
  readonly first: number;
}

/** Beyond all numbers of nine digits. */
export const NOT_WHOLE = 0xffffffff;

const WHOLE_DIGITS = 9;

const TAB = 9;
const LF = 10;
const CR = 13;
const BLANK = 32;
const QUOTE = 34;
const HASH = 35;

const decoder = new TextDecoder();

/** The text of cell k. */
export const textAt = ({ bytes, starts, ends }: Cells, k: number): string => {
  const start = starts[k] ?? missing();
  const end = ends[k] ?? missing();
  // Decoding has a price of its own, which short texts would pay over and over.
  if (end - start > 32) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? missing();
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
};

/** Whether two cells hold the same bytes. */
export const sameText = ({ bytes, starts, ends }: Cells, a: number, b: number): boolean => {
  const from = starts[a] ?? missing();
  const to = starts[b] ?? missing();
  const length = (ends[a] ?? missing()) - from;
  if ((ends[b] ?? missing()) - to !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[to + i]) return false;
  return true;
};

const BETWEEN_CELLS = 1;
const LINE_END = 2;

/** What each byte marks; 0 for those of a cell. */
const marksOf = (delimiter: number): Uint8Array => {
  const marks = new Uint8Array(256);
  marks[delimiter] = BETWEEN_CELLS;
  marks[LF] = marks[CR] = LINE_END;
  return marks;
};

/** How many cells and rows there are at most: quoted separators and line ends are counted too. */
const limits = (bytes: Uint8Array, marks: Uint8Array): { cells: number; rows: number } => {
  let [between, lineEnds] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const mark = marks[bytes[i] ?? missing()] ?? missing();
    between += mark & BETWEEN_CELLS;
    lineEnds += mark >> 1;
  }
  return { cells: between + lineEnds + 1, rows: lineEnds + 1 };
};

/** Blanks around cells are no part of them, where they do not separate cells. */
const isBlank = (byte: number | undefined, delimiter: number): boolean =>
  (byte === BLANK || byte === TAB) && byte !== delimiter;

/** A cell in quotes: where its text ends, and the place and the line of what follows the closing quote. */
interface Quoted {
  end: number;
  next: number;
  line: number;
}

/** Reads a cell whose opening quote is at `open`, in line `line`, into `quoted`. */
const readQuoted = (
  bytes: Uint8Array,
  open: number,
  { line: opened, delimiter, source }: { line: number; delimiter: number; source: Source },
  quoted: Quoted,
): void => {
  let line = opened;
  let i = open + 1;
  let end = i;
  for (; ; i++) {
    if (i >= bytes.length) fail(source, `not CSV: the quote opened in line ${opened} is never closed`);
    const byte = bytes[i] ?? missing();
    if (byte === QUOTE) {
      if (bytes[i + 1] !== QUOTE) break;
      i++;
    } else if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) line++;
    if (end !== i) bytes[end] = byte;
    end++;
  }
  i++;
  while (isBlank(bytes[i], delimiter)) i++;
  const next = bytes[i];
  if (next !== undefined && next !== delimiter && next !== LF && next !== CR) {
    const [rest = ""] = decoder.decode(bytes.subarray(i, i + 40)).split(/[\r\n]/);
    fail(
      source,
      `not CSV: line ${line} has text after a closing quote, ${shown(rest)}; double the quotes that belong to a cell`,
    );
  }
  quoted.end = end;
  quoted.next = i;
  quoted.line = line;
};

/**
 * Cuts a CSV text in UTF-8 into cells, in one pass. Rows end with a line feed, a carriage return or both, also mixed; lines without
 * anything are skipped. A cell in quotes may hold separators, line ends and doubled quotes; the latter are written back into `bytes` as
 * one. Quotes inside a cell that does not begin with one are part of it.
 *
 * Throws with the line number for a quote that is not closed, text after a closing quote, and rows of different length. A further part of a
 * text that is read piece by piece says what came `before`.
 */
export const scan = (bytes: Uint8Array, delimiter: number, source: Source, before?: Before): Cells => {
  const marks = marksOf(delimiter);
  const most = limits(bytes, marks);
  const starts = new Uint32Array(most.cells);
  const ends = new Uint32Array(most.cells);
  const whole = new Uint32Array(most.cells);
  const lines = new Uint32Array(most.rows);
  const passed: Quoted = { end: 0, next: 0, line: 0 };
  const length = bytes.length;
  let cell = 0;
  let row = 0;
  let width = before?.width ?? 0;
  let line = before?.line ?? 1;
  let i = 0;

  while (i < length) {
    const first = cell;
    const begun = line;
    let quoted = false;
    for (;;) {
      while (isBlank(bytes[i], delimiter)) i++;
      let start = i;
      let end: number;
      let number = NOT_WHOLE;
      if (bytes[i] === QUOTE) {
        quoted = true;
        readQuoted(bytes, i, { line, delimiter, source }, passed);
        ({ end, line, next: i } = passed);
        start++;
        while (start < end && isBlank(bytes[start], delimiter)) start++;
      } else {
        let digits = 0;
        for (; i < length; i++) {
          const digit = (bytes[i] ?? missing()) ^ 48;
          if (digit > 9) break;
          digits = (digits * 10 + digit) | 0;
        }
        end = i;
        while (i < length && marks[bytes[i] ?? missing()] === 0) i++;
        if (i === end && end > start && end - start <= WHOLE_DIGITS) number = digits;
        end = i;
      }
      while (end > start && isBlank(bytes[end - 1], delimiter)) end--;
      starts[cell] = start;
      ends[cell] = end;
      whole[cell] = number;
      cell++;
      if (bytes[i] !== delimiter) break;
      i++;
    }
    if (i < length) {
      if (bytes[i] === CR && bytes[i + 1] === LF) i++;
      i++;
      line++;
    }
    const cells = cell - first;
    if (cells === 1 && !quoted && starts[first] === ends[first]) {
      cell = first;
      continue;
    }
    if (row === 0 && !before) width = cells;
    else if (cells !== width) {
      const comment = [[lines[0] ?? missing(), starts[0]] as const, [begun, starts[first]] as const].find(
        ([, at]) => bytes[at ?? missing()] === HASH,
      );
      const advice = comment
        ? `line ${comment[0]} begins with "#" like a comment: remove it, and others like it`
        : `give every row equally many, or say with ${source.option("delimiter")} what separates them`;
      fail(
        source,
        `line ${begun} has ${cells} ${cells === 1 ? "cell" : "cells"}, line ${before?.first ?? lines[0]} has ${width}; ${advice}`,
      );
    }
    lines[row] = begun;
    row++;
  }
  return {
    bytes,
    starts: starts.subarray(0, cell),
    ends: ends.subarray(0, cell),
    whole: whole.subarray(0, cell),
    delimiter,
    width,
    lines: lines.subarray(0, row),
    next: line,
  };
};

/**
 * Where the last whole row of a part of a text ends, whose first row begins at its start; 0 where it holds none. Quotes are those of `scan`:
 * one opens a cell only at its beginning.
 */
export const rowsEnd = (bytes: Uint8Array, delimiter: number): number => {
  const marks = marksOf(delimiter);
  const { length } = bytes;
  let end = 0;
  let i = 0;
  while (i < length) {
    while (isBlank(bytes[i], delimiter)) i++;
    if (bytes[i] === QUOTE) {
      i++;
      // Two quotes side by side close and open.
      for (; i < length; i++) if (bytes[i] === QUOTE && bytes[++i] !== QUOTE) break;
    }
    while (i < length && marks[bytes[i] ?? missing()] === 0) i++;
    if (i >= length) break;
    const isEnd = bytes[i] !== delimiter;
    if (bytes[i] === CR) {
      // A line feed that belongs to it may follow in the next part.
      if (i + 1 >= length) break;
      if (bytes[i + 1] === LF) i++;
    }
    i++;
    if (isEnd) end = i;
  }
  return end;
};
