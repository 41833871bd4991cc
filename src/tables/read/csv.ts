import { separatorLine } from "../../data/csv/delimiter.js";
import { type Encoding, toUtf8 } from "../../data/csv/encoding.js";
import { rowsEnd } from "../../data/csv/scan.js";
import type { Source } from "../../data/csv/source.js";
import { fail } from "../../data/csv/source.js";
import { readFurther, readTable, type Table } from "../../data/csv/table.js";
import { joined } from "../../joined.js";
import { missing } from "../../missing.js";
import { printable } from "../../shown.js";

export interface CsvReading {
  readonly source: Source;
  readonly header: boolean | "detect";
  readonly delimiter?: string | undefined;
  readonly encoding: Encoding | "detect";
  /** Bytes that are cut into cells at a time. */
  readonly pieceBytes: number;
  /** Is told what was decided about the file. */
  readonly note: (text: string) => void;
}

/** A row longer than this is a quote that is never closed. */
const LONGEST_ROW = 2 ** 28;

const COMMA = 44;

/** Where the last whole line ends: quotes are not looked at yet, since the separator is not known. */
const lastLineEnd = (bytes: Uint8Array): number => {
  for (let i = bytes.length - 1; i >= 0; i--) if (bytes[i] === 10) return i + 1;
  return 0;
};

/**
 * Cuts a CSV file into tables of some rows each, in order; the first tells the names of the columns. Throws as `readTable` does, with
 * the lines of the file.
 */
export async function* csvPieces(
  chunks: AsyncIterable<Uint8Array>,
  { source, header, delimiter, encoding, pieceBytes, note }: CsvReading,
): AsyncGenerator<Table, void, void> {
  let held: Uint8Array[] = [];
  let size = 0;
  let wanted = pieceBytes;
  let first: Table | undefined;
  let line = 1;
  /** Once a part of the file has told it, the encoding of all others. */
  let known = encoding;

  const decoded = (bytes: Uint8Array, whole: boolean): Uint8Array => {
    const { bytes: text, notes } = toUtf8(bytes, known, source, line);
    notes.forEach(note);
    if (known === "detect" && !whole) {
      if (notes.length > 0) known = "windows-1252";
      else if (bytes.some((byte) => byte >= 0x80)) known = "utf-8";
    }
    return text;
  };

  const cut = (bytes: Uint8Array, whole: boolean): Table => {
    const text = decoded(bytes, whole);
    if (first) {
      const before = { line, width: first.width, first: first.lines[0] ?? missing() };
      const piece = readFurther(text, first, before, source);
      line = piece.next;
      return piece;
    }
    const told = separatorLine(text);
    if (told)
      note(`the first line, sep=${printable(told.delimiter)}, read as the separator of cells, not as data`);
    first = readTable(told?.rest ?? text, header, delimiter ?? told?.delimiter, source);
    line = first.next;
    return first;
  };

  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    const bytes = joined(held);
    // UTF-16 is read as a whole: its line ends are no single bytes.
    const zeros = known.startsWith("utf-16") || (known === "detect" && bytes.subarray(0, 1000).includes(0));
    const end = zeros ? 0 : first ? rowsEnd(bytes, first.delimiter) : firstEnd(bytes, delimiter);
    if (end > 0) {
      // The cells of a piece lie in its bytes: what is left over begins a memory of its own.
      held = [bytes.slice(end)];
      size = bytes.length - end;
      wanted = Math.max(pieceBytes, size + 1);
      yield cut(bytes.subarray(0, end), false);
      continue;
    }
    held = [bytes];
    wanted = 2 * size;
    if (size > LONGEST_ROW && !zeros) {
      fail(source, `the row that begins in line ${line} does not end: a quote before it is never closed`);
    }
  }
  if (size === 0 && first) return;
  yield cut(joined(held), true);
}

/** Where the first part of a file can be cut: after a whole row, if cells are separated as is said or by commas. */
const firstEnd = (bytes: Uint8Array, delimiter: string | undefined): number => {
  const line = lastLineEnd(bytes);
  if (line === 0) return 0;
  const candidates = delimiter === undefined ? [COMMA, 59, 9] : [delimiter.charCodeAt(0)];
  // A cut that is one between rows by every separator is one by that which the rows tell.
  return Math.min(...candidates.map((byte) => rowsEnd(bytes.subarray(0, line), byte)));
};
