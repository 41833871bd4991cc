import type { Decimal } from "../../data/csv/amount.js";
import { readTexts } from "../../data/csv/classes.js";
import type { DateOrder } from "../../data/csv/date.js";
import { readNumbers } from "../../data/csv/numbers.js";
import { lineOf } from "../../data/csv/reading.js";
import { textAt } from "../../data/csv/scan.js";
import { kindsOf, MISSING, type Table } from "../../data/csv/table.js";
import { missing } from "../../missing.js";
import { readBooleans } from "./boolean.js";
import { readDays, readHours } from "./date.js";
import { hashWords } from "./text.js";

/** How the cells of a column are read. */
export type ReadAs =
  | { readonly kind: "number"; readonly decimal: Decimal; readonly units: readonly string[] }
  | { readonly kind: "boolean"; readonly no: readonly string[]; readonly yes: readonly string[] }
  | { readonly kind: "date"; readonly order: DateOrder }
  | { readonly kind: "time" }
  | { readonly kind: "category" }
  | { readonly kind: "text"; readonly buckets: number };

/** A cell that is not what its column holds. */
export interface Unread {
  readonly line: number;
  readonly text: string;
}

/** The values of some rows of a column: numbers, NaN where missing; or texts, −1 where missing; or counts of words. */
export type Values =
  | {
      readonly kind: "numbers";
      readonly values: Float64Array;
      readonly unread: readonly Unread[];
      readonly units: readonly string[];
    }
  | { readonly kind: "codes"; readonly texts: readonly string[]; readonly codes: Int32Array }
  | { readonly kind: "words"; readonly words: Float32Array };

/** Of cells that are not what they should be, the first few are told. */
const TOLD = 3;

/** The cells that hold something and were not read. */
const unreadCells = (table: Table, j: number, values: Float64Array): Unread[] => {
  const kinds = kindsOf(table, j);
  const found: Unread[] = [];
  for (let row = 0; row < values.length && found.length < TOLD; row++) {
    const value = values[row] ?? missing();
    if (kinds[row] === MISSING || Number.isFinite(value)) continue;
    const cell = (table.first + row) * table.width + j;
    found.push({ line: lineOf(table, cell), text: textAt(table, cell) });
  }
  return found;
};

/** The values of column j. */
export const readValues = (table: Table, j: number, as: ReadAs): Values => {
  if (as.kind === "category") {
    const { texts, codes } = readTexts(table, j, (kind) => kind !== MISSING);
    return { kind: "codes", texts, codes };
  }
  if (as.kind === "text") return { kind: "words", words: hashWords(table, j, as.buckets) };
  if (as.kind === "number") {
    const { values, units } = readNumbers(table, j, as.decimal);
    return { kind: "numbers", values, unread: unreadCells(table, j, values), units: [...units.keys()] };
  }
  const values =
    as.kind === "date"
      ? readDays(table, j, as.order)
      : as.kind === "time"
        ? readHours(table, j)
        : readBooleans(table, j, as);
  return { kind: "numbers", values, unread: unreadCells(table, j, values), units: [] };
};
