import { missing } from "../../missing.js";
import { type Classes, readClasses } from "./classes.js";
import { readDates } from "./date-column.js";
import { finiteNumbers, readNumbers } from "./numbers.js";
import { isMostly, type Reading } from "./reading.js";
import type { Table } from "./table.js";

/** A column of numbers (NaN where missing) or of class numbers (−1 where missing). */
export type Column =
  | { readonly kind: "numeric"; readonly name: string; readonly values: Float64Array }
  | ({ readonly kind: "categorical"; readonly name: string } & Classes);

/**
 * Reads column j of a table: as numbers where at least half of its cells that are not missing are, also such as `1,234.50`, `12 %` and
 * `€ 7`; as days where they are dates; else as classes.
 *
 * Throws, with line and column, for text in a numeric column, infinite numbers, numbers of different units, and dates that cannot be
 * read for sure.
 */
export const readColumn = (table: Table, j: number, reading: Reading): Column => {
  const name = table.names[j] ?? missing();
  const classes = (): Column => ({ kind: "categorical", name, ...readClasses(table, j) });
  if (reading.as === "classes") return classes();
  const numbers = readNumbers(table, j, reading.decimal);
  if (!isMostly(numbers)) {
    const days = readDates(table, j, reading);
    if (days) return { kind: "numeric", name, values: days };
    if (reading.as === "detect") return classes();
  }
  return { kind: "numeric", name, values: finiteNumbers(table, j, numbers, reading) };
};
