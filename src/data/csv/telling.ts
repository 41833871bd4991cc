import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import type { ColumnNote } from "./notes.js";
import { textAt } from "./scan.js";
import type { Table } from "./table.js";

/** 20240131, also with a time (20240131101500), or a month, 202401. */
const COMPACT =
  /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2})?$/;

/** Numbers that are all dates without marks, from one day or month to another; a missing one is NaN. */
const areCompactDates = (values: Float64Array): boolean => {
  let any = false;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? missing();
    if (Number.isNaN(value)) continue;
    if (!COMPACT.test(String(value))) return false;
    any = true;
  }
  return any;
};

/** The digits of a whole number without its sign and the zeros at its ends. */
const significant = (text: string): string =>
  text
    .replace(/e.*$/, "")
    .replace(/[-+.]/g, "")
    .replace(/^0+|0+$/g, "");

/** What is to be said of numbers in column j that may be meant otherwise: dates without marks, and whole numbers that float64 rounds. */
export const meantOtherwise = (table: Table, j: number, values: Float64Array): readonly ColumnNote[] => {
  const name = table.names[j] ?? missing();
  const text = (row: number) => textAt(table, (table.first + row) * table.width + j);
  const notes: ColumnNote[] = [];
  const about = (many: string, example: string) =>
    notes.push({ column: name, text: `column ${shown(name)} ${many}: ${example}`, many });
  if (areCompactDates(values)) {
    const row = values.findIndex((value) => !Number.isNaN(value));
    about(
      "read as plain numbers, although they look like dates",
      `${shown(text(row))}; write 2024-01-31 for days that are one apart`,
    );
  }
  const isRounded = (row: number): boolean => {
    const written = text(row);
    return /^[+-]?\d+$/.test(written) && significant(written) !== significant(String(values[row]));
  };
  let rounded = 0;
  while (rounded < values.length) {
    if (Math.abs(values[rounded] ?? missing()) > Number.MAX_SAFE_INTEGER && isRounded(rounded)) break;
    rounded++;
  }
  if (rounded < values.length) {
    const value = values[rounded] ?? missing();
    about(
      "has more digits than float64 holds, so different ones may become equal",
      `${shown(text(rounded))} is ${value}`,
    );
  }
  return notes;
};
