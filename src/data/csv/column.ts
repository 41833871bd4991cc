import { SteepestError } from "../../errors.js";
import { highest } from "../../extremes.js";
import { isMissing, isNumeric, type Table, toNumber } from "./table.js";

/** A column of numbers (NaN where missing) or of class numbers (−1 where missing). */
export type Column =
  | { readonly kind: "numeric"; readonly name: string; readonly values: Float64Array }
  | {
      readonly kind: "categorical";
      readonly name: string;
      readonly classes: readonly string[];
      readonly codes: Int32Array;
    };

/** Whether a value of the column is missing. */
export const missingAt = (column: Column, row: number): boolean =>
  column.kind === "numeric" ? Number.isNaN(column.values[row]) : column.codes[row] === -1;

/** Classes in numerical order where all are numbers, else in the order of their characters. */
const inOrder = (classes: Iterable<string>): string[] => {
  const list = [...classes];
  return list.every(isNumeric) ? list.sort((a, b) => Number(a) - Number(b)) : list.sort();
};

/**
 * Reads column j of a table. With `categorical` "detect" it is numeric when at least half of its cells that are not missing are
 * numbers, and categorical otherwise; with a list, exactly the columns listed are categorical.
 *
 * Throws, with line and column, for text in a numeric column and for infinite numbers.
 */
export const readColumn = (
  { names, rows, lines }: Table,
  j: number,
  source: string,
  categorical: "detect" | readonly string[],
): Column => {
  const name = names[j] ?? "";
  const cells = rows.map((row) => row[j] ?? "");
  const present = cells.filter((cell) => !isMissing(cell));
  const numbers = present.filter(isNumeric).length;
  const asClasses = categorical === "detect" ? numbers * 2 < present.length : categorical.includes(name);
  if (asClasses) {
    const classes = inOrder(new Set(present));
    const code = new Map(classes.map((text, k) => [text, k]));
    return {
      kind: "categorical",
      name,
      classes,
      codes: Int32Array.from(cells, (cell) => (isMissing(cell) ? -1 : (code.get(cell) ?? -1))),
    };
  }
  const values = Float64Array.from(cells, (cell, i) => {
    if (isMissing(cell)) return Number.NaN;
    const where = `${source}: line ${lines[i]}, column "${name}"`;
    if (!isNumeric(cell)) {
      throw new SteepestError(
        `${where}: "${cell}" is not a number (${numbers} of ${present.length} values are); correct it, or name the column in \`categorical\``,
      );
    }
    const value = toNumber(cell);
    if (!Number.isFinite(value)) {
      throw new SteepestError(`${where}: ${cell} is not finite; replace it or leave it empty (missing)`);
    }
    return value;
  });
  return { kind: "numeric", name, values };
};

/** The rows of a column whose numbers are given; classes that none of them has are forgotten. */
export const selectRows = (column: Column, kept: readonly number[]): Column => {
  if (column.kind === "numeric") {
    return { ...column, values: Float64Array.from(kept, (i) => column.values[i] ?? Number.NaN) };
  }
  const codes = Int32Array.from(kept, (i) => column.codes[i] ?? -1);
  const used = new Set(codes);
  const classes = column.classes.filter((_, k) => used.has(k));
  let next = 0;
  const renumbered = column.classes.map((_, k) => (used.has(k) ? next++ : -1));
  return { ...column, classes, codes: codes.map((code) => renumbered[code] ?? -1) };
};

/** Fills missing numbers with the column's mean and missing classes with its most frequent one; says what it did. */
export const fillMissing = (column: Column, source: string): { column: Column; note?: string } => {
  const rows = column.kind === "numeric" ? column.values.length : column.codes.length;
  const present = Array.from({ length: rows }, (_, i) => i).filter((i) => !missingAt(column, i));
  const missing = rows - present.length;
  if (missing === 0) return { column };
  const counted = `column "${column.name}": ${missing} missing ${missing === 1 ? "value" : "values"} filled with`;
  if (present.length === 0) {
    throw new SteepestError(`${source}: column "${column.name}" has no values at all; remove it`);
  }
  if (column.kind === "numeric") {
    const { values } = column;
    const mean = present.reduce((sum, i) => sum + (values[i] ?? 0) / present.length, 0);
    return {
      column: { ...column, values: values.map((value) => (Number.isNaN(value) ? mean : value)) },
      note: `${counted} the mean ${Number(mean.toPrecision(6))}`,
    };
  }
  const counts = new Float64Array(column.classes.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  const mode = counts.indexOf(highest(counts));
  return {
    column: { ...column, codes: column.codes.map((code) => (code === -1 ? mode : code)) },
    note: `${counted} the most frequent, "${column.classes[mode]}"`,
  };
};
