import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { type DateOrder, type Days, dateOrders, isShortDate, readDate, readTime } from "./date.js";
import { type Found, isMostly, lineOf, type Reading } from "./reading.js";
import { textAt } from "./scan.js";
import { fail } from "./source.js";
import { kindsOf, MISSING, type Table, TEXT, tally } from "./table.js";

/** Reads the cells of column j that have a digit but are no plain number; `read` gives NaN for what it cannot read. */
const readTexts = (table: Table, j: number, read: (cell: number, row: number) => number): Found => {
  const { width, first } = table;
  const kinds = kindsOf(table, j);
  const values = new Float64Array(kinds.length).fill(Number.NaN);
  let present = 0;
  let count = 0;
  let unread: number | undefined;
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row];
    if (kind === MISSING) continue;
    present++;
    const cell = (first + row) * width + j;
    const value = kind === TEXT ? read(cell, row) : Number.NaN;
    values[row] = value;
    if (Number.isNaN(value)) unread ??= cell;
    else count++;
  }
  return { values, present, read: count, unread };
};

/** Whether half of the cells, and at least one, were read. */
const some = (found: Found): boolean => found.read > 0 && isMostly(found);

/** The dates of a column, read with the day and with the month first. */
interface Dates {
  /** Cells that are dates in either order; the values with the day first. */
  readonly dayFirst: Found;
  readonly monthFirst: Float64Array;
  /** The order in which one of the dates exists only. */
  readonly only: { readonly order: DateOrder; readonly example: string } | undefined;
  /** The first date that is another day in each order. */
  readonly either: string | undefined;
}

const readBoth = (table: Table, j: number): Dates => {
  const { bytes, starts, ends } = table;
  const values = new Float64Array(table.end - table.first).fill(Number.NaN);
  const monthFirst = values.slice();
  const days: Days = { "day-first": 0, "month-first": 0 };
  let only: Dates["only"];
  let either: string | undefined;
  const any = readTexts(table, j, (cell, row) => {
    if (!readDate(bytes, starts[cell] ?? missing(), ends[cell] ?? missing(), days)) return Number.NaN;
    const [asDay, asMonth] = [days["day-first"], days["month-first"]];
    values[row] = asDay;
    monthFirst[row] = asMonth;
    if (asDay === asMonth) return 1;
    if (Number.isNaN(asMonth)) only ??= { order: "day-first", example: textAt(table, cell) };
    else if (Number.isNaN(asDay)) only ??= { order: "month-first", example: textAt(table, cell) };
    else either ??= textAt(table, cell);
    return 1;
  });
  return { dayFirst: { ...any, values }, monthFirst, only, either };
};

/**
 * The days since 1970-01-01 of a column of dates, or the hours of a column of times; undefined where less than half of its cells are
 * such. Throws for a cell that is none, for dates whose order of day and month is open, and for years of two digits.
 */
export const readDates = (table: Table, j: number, reading: Reading): Float64Array | undefined => {
  const { source, note } = reading;
  const name = table.names[j] ?? missing();
  const column = `column ${shown(name)}`;
  const refuse = (cell: number, what: string): never =>
    fail(
      source,
      `line ${lineOf(table, cell)}, ${column}: ${shown(textAt(table, cell))} ${what}; correct it, or name the column in ${source.option("categorical")}`,
    );
  const checkAll = ({ read, present, unread }: Found, what: string): void => {
    if (unread !== undefined) refuse(unread, `is not a ${what} (${read} of ${present} values are)`);
  };
  const told = (values: Float64Array, what: string, unit: string, since = ""): Float64Array => {
    note({
      column: name,
      text: `${column}: ${what} read as ${unit}${since}`,
      many: `of ${what} read as ${unit}`,
    });
    return values;
  };

  const { text, present } = tally(table, j);
  if (text === 0 || text * 2 < present) return undefined;
  const { dayFirst, monthFirst, only, either } = readBoth(table, j);
  if (some(dayFirst)) {
    checkAll(dayFirst, "date");
    const order =
      reading.dates === "detect"
        ? (only?.order ?? (either === undefined ? "day-first" : undefined))
        : reading.dates;
    if (order === undefined) {
      const choices = dateOrders.map((choice) => source.option("dates", choice)).join(" or ");
      return fail(
        source,
        `${column} looks like dates such as ${shown(either ?? missing())}, of which day or month may come first; choose ${choices}`,
      );
    }
    const first = order === "day-first" ? "day" : "month";
    const days = order === "day-first" ? dayFirst.values : monthFirst;
    const wrong = days.findIndex((value, row) => Number.isNaN(value) && kindsOf(table, j)[row] !== MISSING);
    if (wrong >= 0) {
      refuse((table.first + wrong) * table.width + j, `is not a date with the ${first} first`);
    }
    const since = reading.dates === "detect" && only ? `, since ${shown(only.example)}` : "";
    const which = since && `, the ${first} first`;
    return told(days, "dates", `days since 1970-01-01${which}`, since);
  }
  const times = readTexts(table, j, (cell) => readTime(textAt(table, cell)) ?? Number.NaN);
  if (some(times)) {
    checkAll(times, "time");
    return told(times.values, "times", "hours");
  }
  if (!some(readTexts(table, j, (cell) => (isShortDate(textAt(table, cell)) ? 0 : Number.NaN))))
    return undefined;
  return fail(
    source,
    `${column} looks like dates whose years have two digits; write all four, or name it in ${source.option("ignore")}`,
  );
};
