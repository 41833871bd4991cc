import { missing } from "../../missing.js";
import { type Classes, readClasses } from "./classes.js";
import { readDates } from "./date-column.js";
import { checkDigits } from "./digits.js";
import { finiteNumbers, readNumbers } from "./numbers.js";
import { isMostly, type Reading } from "./reading.js";
import type { Table } from "./table.js";
import { meantOtherwise } from "./telling.js";

/** A column of numbers (NaN where missing) or of class numbers (−1 where missing). */
export type Column =
  | { readonly kind: "numeric"; readonly name: string; readonly values: Float64Array }
  | ({ readonly kind: "categorical"; readonly name: string } & Classes);

/**
 * Reads column j of a table: as numbers where at least half of its cells that are not missing are, also such as `1,234.50`, `12 %` and
 * `€ 7`; as days where they are dates; else as classes.
 *
 * Throws, with line and column, for text in a numeric column, infinite numbers, numbers of different units, dates that cannot be
 * read for sure, and classes most of which hold digits and are no codes.
 */
export const readColumn = (table: Table, j: number, reading: Reading): Column => {
  const name = table.names[j] ?? missing();
  const asClasses = (found: Classes): Column => ({ kind: "categorical", name, ...found });
  if (reading.as === "classes") return asClasses(readClasses(table, j));
  const numbers = readNumbers(table, j, reading.decimal);
  if (!isMostly(numbers)) {
    const days = readDates(table, j, reading);
    if (days) return { kind: "numeric", name, values: days };
    if (reading.as === "detect") {
      const classes = readClasses(table, j);
      checkDigits(name, classes, reading);
      return asClasses(classes);
    }
  }
  const values = finiteNumbers(table, j, numbers, reading);
  meantOtherwise(table, j, values).forEach(reading.note);
  return { kind: "numeric", name, values };
};
