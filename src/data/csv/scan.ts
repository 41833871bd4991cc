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
  /** The byte between cells. */
  readonly delimiter: number;
  /** Cells in a row. */
  readonly width: number;
  /** The line, from 1, that each row begins in. */
  readonly lines: Uint32Array;
}

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

/** How many cells and rows there are at most: quoted separators and line ends are counted too. */
const limits = (bytes: Uint8Array, delimiter: number): { cells: number; rows: number } => {
  let rows = 1;
  let cells = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === delimiter) cells++;
    else if (byte === LF || byte === CR) rows++;
  }
  return { cells: cells + rows, rows };
};

/**
 * Cuts a CSV text in UTF-8 into cells, in one pass. Rows end with a line feed, a carriage return or both, also mixed; lines without
 * anything are skipped. A cell in quotes may hold separators, line ends and doubled quotes; the latter are written back into `bytes` as
 * one. Quotes inside a cell that does not begin with one are part of it.
 *
 * Throws with the line number for a quote that is not closed, text after a closing quote, and rows of different length.
 */
export const scan = (bytes: Uint8Array, delimiter: number, source: Source): Cells => {
  const most = limits(bytes, delimiter);
  const starts = new Uint32Array(most.cells);
  const ends = new Uint32Array(most.cells);
  const lines = new Uint32Array(most.rows);
  const isBlank = (byte: number | undefined) => (byte === BLANK || byte === TAB) && byte !== delimiter;
  const length = bytes.length;
  let cell = 0;
  let row = 0;
  let width = 0;
  let line = 1;
  let i = 0;

  /** Moves i behind a line end, and counts it. */
  const passLineEnd = () => {
    if (bytes[i] === CR && bytes[i + 1] === LF) i++;
    i++;
    line++;
  };

  /** From an opening quote to what follows the closing one; gives the end of the text between them. */
  const passQuoted = (): number => {
    const opened = line;
    let end = ++i;
    for (;;) {
      if (i >= length) return fail(source, `not CSV: the quote opened in line ${opened} is never closed`);
      const byte = bytes[i] ?? missing();
      if (byte === QUOTE) {
        if (bytes[i + 1] !== QUOTE) break;
        i++;
      } else if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) line++;
      if (end !== i) bytes[end] = byte;
      end++;
      i++;
    }
    i++;
    while (isBlank(bytes[i])) i++;
    const next = bytes[i];
    if (next !== undefined && next !== delimiter && next !== LF && next !== CR) {
      const [rest = ""] = decoder.decode(bytes.subarray(i, i + 40)).split(/[\r\n]/);
      fail(
        source,
        `not CSV: line ${line} has text after a closing quote, ${shown(rest)}; double the quotes that belong to a cell`,
      );
    }
    return end;
  };

  while (i < length) {
    const first = cell;
    const begun = line;
    let quoted = false;
    for (;;) {
      while (isBlank(bytes[i])) i++;
      let start = i;
      let end: number;
      if (bytes[i] === QUOTE) {
        quoted = true;
        start++;
        end = passQuoted();
        while (start < end && isBlank(bytes[start])) start++;
      } else {
        while (i < length) {
          const byte = bytes[i];
          if (byte === delimiter || byte === LF || byte === CR) break;
          i++;
        }
        end = i;
      }
      while (end > start && isBlank(bytes[end - 1])) end--;
      starts[cell] = start;
      ends[cell] = end;
      cell++;
      if (bytes[i] !== delimiter) break;
      i++;
    }
    if (i < length) passLineEnd();
    const cells = cell - first;
    if (cells === 1 && !quoted && starts[first] === ends[first]) {
      cell = first;
      continue;
    }
    if (row === 0) width = cells;
    else if (cells !== width) {
      const comment = [[lines[0] ?? missing(), starts[0]] as const, [begun, starts[first]] as const].find(
        ([, at]) => bytes[at ?? missing()] === HASH,
      );
      const advice = comment
        ? `line ${comment[0]} begins with "#" like a comment: remove it, and others like it`
        : `give every row equally many, or say with ${source.option("delimiter")} what separates them`;
      fail(
        source,
        `line ${begun} has ${cells} ${cells === 1 ? "cell" : "cells"}, line ${lines[0]} has ${width}; ${advice}`,
      );
    }
    lines[row] = begun;
    row++;
  }
  return {
    bytes,
    starts: starts.subarray(0, cell),
    ends: ends.subarray(0, cell),
    delimiter,
    width,
    lines: lines.subarray(0, row),
  };
};
