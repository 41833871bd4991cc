import { type DateOrder, type Days, readDate, readTime } from "../../data/csv/date.js";
import { textAt } from "../../data/csv/scan.js";
import { kindsOf, type Table, TEXT } from "../../data/csv/table.js";
import { missing } from "../../missing.js";
import type { Profile } from "../profile.js";

/** What each cell of column j that has a digit and is no plain number is read as; NaN elsewhere. */
const readEach = (table: Table, j: number, read: (cell: number) => number): Float64Array => {
  const kinds = kindsOf(table, j);
  const values = new Float64Array(kinds.length).fill(Number.NaN);
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] === TEXT) values[row] = read((table.first + row) * table.width + j);
  }
  return values;
};

/** The days since 1970-01-01 of column j, NaN where it holds no date. */
export const readDays = (table: Table, j: number, order: DateOrder): Float64Array => {
  const { bytes, starts, ends } = table;
  const days: Days = { "day-first": 0, "month-first": 0 };
  return readEach(table, j, (cell) =>
    readDate(bytes, starts[cell] ?? missing(), ends[cell] ?? missing(), days) ? days[order] : Number.NaN,
  );
};

/** The hours of times such as 12:30 of column j, NaN where it holds none. */
export const readHours = (table: Table, j: number): Float64Array =>
  readEach(table, j, (cell) => readTime(textAt(table, cell)) ?? Number.NaN);

/** What the texts of a column say of dates and times. */
export interface DateEvidence {
  /** Cells that are dates, and cells that are times. */
  readonly dates: number;
  readonly times: number;
  /** The only order in which all of them exist; "either" where both do, and differ. */
  readonly order: DateOrder | "either" | "any";
  /** A date that is another day in each order. */
  readonly example: string | undefined;
}

const encoder = new TextEncoder();

/** So many texts tell what a column is. */
const LOOKED_AT = 20_000;

export const dateEvidence = ({ texts }: Profile): DateEvidence => {
  const days: Days = { "day-first": 0, "month-first": 0 };
  let [dates, times] = [0, 0];
  let [dayFirst, monthFirst] = [true, true];
  let example: string | undefined;
  let looked = 0;
  for (const [text, { count }] of texts) {
    if (++looked > LOOKED_AT) break;
    const bytes = encoder.encode(text);
    if (readDate(bytes, 0, bytes.length, days)) {
      dates += count;
      const [asDay, asMonth] = [days["day-first"], days["month-first"]];
      if (Number.isNaN(asDay)) dayFirst = false;
      else if (Number.isNaN(asMonth)) monthFirst = false;
      else if (asDay !== asMonth) example ??= text;
    } else if (readTime(text) !== undefined) times += count;
  }
  const order =
    dayFirst && monthFirst
      ? example === undefined
        ? "any"
        : "either"
      : dayFirst
        ? "day-first"
        : "month-first";
  return { dates, times, order, example };
};
