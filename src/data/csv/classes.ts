import { missing } from "../../missing.js";
import { sameText, textAt } from "./scan.js";
import { kindsOf, MISSING, type Table } from "./table.js";

/** The texts of a column, and which of them each row has; −1 where it is missing. */
export interface Classes {
  readonly classes: readonly string[];
  readonly codes: Int32Array;
}

/** Classes in numerical order where all are numbers, else in the order of their characters. */
export const inOrder = (texts: readonly string[]): readonly string[] => {
  const values = new Map(texts.map((text) => [text, Number(text)]));
  const value = (text: string) => values.get(text) ?? missing();
  return texts.every((text) => text !== "" && !Number.isNaN(value(text)))
    ? [...texts].sort((a, b) => value(a) - value(b))
    : [...texts].sort();
};

/** FNV-1a, a hash of a few bytes. */
const hash = (bytes: Uint8Array, start: number, end: number): number => {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (bytes[i] ?? missing()), 0x01000193);
  return h ^ (h >>> 15);
};

/** The texts of a column in the order in which they come first, and the cell of each. */
export interface Texts {
  readonly texts: readonly string[];
  readonly firsts: readonly number[];
  /** Which of them each row has; −1 where it has none that was wanted. */
  readonly codes: Int32Array;
}

/**
 * The texts of the wanted cells of column j, by what these hold. Cells are told apart by their bytes, in a table of the first cell of each text found by its hash: making a
 * string of every cell would take most of the time of reading a file.
 */
export const readTexts = (table: Table, j: number, wanted: (kind: number) => boolean): Texts => {
  const { bytes, starts, ends, width, first } = table;
  const kinds = kindsOf(table, j);
  const codes = new Int32Array(kinds.length).fill(-1);
  const firsts: number[] = [];
  let slots = new Int32Array(64).fill(-1);
  /** The slot of a cell's text, or the empty one where it belongs. */
  const slotOf = (cell: number): number => {
    let slot = hash(bytes, starts[cell] ?? missing(), ends[cell] ?? missing()) & (slots.length - 1);
    for (;;) {
      const code = slots[slot] ?? missing();
      if (code < 0 || sameText(table, firsts[code] ?? missing(), cell)) return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  };
  for (let row = 0; row < codes.length; row++) {
    if (!wanted(kinds[row] ?? missing())) continue;
    const cell = (first + row) * width + j;
    const slot = slotOf(cell);
    const code = slots[slot] ?? missing();
    if (code >= 0) {
      codes[row] = code;
      continue;
    }
    codes[row] = slots[slot] = firsts.length;
    firsts.push(cell);
    if (firsts.length * 2 <= slots.length) continue;
    slots = new Int32Array(slots.length * 4).fill(-1);
    firsts.forEach((known, k) => {
      slots[slotOf(known)] = k;
    });
  }
  return { texts: firsts.map((cell) => textAt(table, cell)), firsts, codes };
};

/** The classes of column j. */
export const readClasses = (table: Table, j: number): Classes => {
  const { texts, codes } = readTexts(table, j, (kind) => kind !== MISSING);
  const classes = inOrder(texts);
  const place = new Map(classes.map((text, k) => [text, k]));
  const places = Int32Array.from(texts, (text) => place.get(text) ?? missing());
  return { classes, codes: codes.map((code) => (code < 0 ? -1 : (places[code] ?? missing()))) };
};
