import { highest } from "../../extremes.js";
import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import type { Column } from "./column.js";
import type { ColumnNote } from "./notes.js";
import { fail, type Source } from "./source.js";

/** What becomes of missing values. */
export const missingPolicies = ["error", "drop", "mean"] as const;
export type MissingPolicy = (typeof missingPolicies)[number];

interface Gap {
  readonly column: Column;
  readonly rows: readonly number[];
}

const gapsOf = (column: Column, rows: number): Gap => {
  const found: number[] = [];
  if (column.kind === "numeric") {
    for (let row = 0; row < rows; row++) if (Number.isNaN(column.values[row])) found.push(row);
  } else {
    for (let row = 0; row < rows; row++) if (column.codes[row] === -1) found.push(row);
  }
  return { column, rows: found };
};

/** The rows of a column whose numbers are given; classes that none of them has are forgotten. */
const selectRows = (column: Column, kept: Uint32Array): Column => {
  if (column.kind === "numeric") {
    const values = new Float64Array(kept.length);
    for (let i = 0; i < kept.length; i++) values[i] = column.values[kept[i] ?? missing()] ?? missing();
    return { ...column, values };
  }
  const codes = new Int32Array(kept.length);
  for (let i = 0; i < kept.length; i++) codes[i] = column.codes[kept[i] ?? missing()] ?? missing();
  const used = new Set(codes);
  let next = 0;
  const renumbered = column.classes.map((_, k) => (used.has(k) ? next++ : -1));
  return {
    ...column,
    classes: column.classes.filter((_, k) => used.has(k)),
    codes: codes.map((code) => (code === -1 ? -1 : (renumbered[code] ?? missing()))),
  };
};

/** The mean of the numbers that are not missing, so many of them; parts are added, since a sum may be too large for float64. */
const meanOf = (values: Float64Array, present: number): number => {
  let mean = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? missing();
    if (!Number.isNaN(value)) mean += value / present;
  }
  return mean;
};

/** Fills missing numbers with the column's mean and missing classes with its most frequent one; says what it did. */
const fill = (column: Column, source: Source): { column: Column; note?: ColumnNote } => {
  const { name } = column;
  const length = column.kind === "numeric" ? column.values.length : column.codes.length;
  const { rows } = gapsOf(column, length);
  const gaps = rows.length;
  if (gaps === 0) return { column };
  if (gaps === length) return fail(source, `column ${shown(name)} has no values at all; remove it`);
  const note = (what: string, many: string): ColumnNote => ({
    column: name,
    text: `column ${shown(name)}: ${gaps} missing ${gaps === 1 ? "value" : "values"} filled with ${what}`,
    many: `had missing values, filled with ${many}`,
  });
  if (column.kind === "numeric") {
    const mean = meanOf(column.values, length - gaps);
    const values = column.values.slice();
    for (const row of rows) values[row] = mean;
    return {
      column: { ...column, values },
      note: note(`the mean ${Number(mean.toPrecision(6))}`, "their means"),
    };
  }
  const counts = new Float64Array(column.classes.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] ?? missing()) + 1;
  const mode = counts.indexOf(highest(counts));
  return {
    column: { ...column, codes: column.codes.map((code) => (code === -1 ? mode : code)) },
    note: note(`the most frequent, ${shown(column.classes[mode] ?? missing())}`, "their most frequent texts"),
  };
};

/** Columns that a message about missing values names. */
const NAMED = 5;

const refuse = (gaps: readonly Gap[], lines: Uint32Array, source: Source): never => {
  const total = gaps.reduce((sum, { rows }) => sum + rows.length, 0);
  const where = gaps
    .slice(0, NAMED)
    .map(
      ({ column, rows }) =>
        `${shown(column.name)} (${rows.length}, first in line ${lines[rows[0] ?? missing()]})`,
    );
  const more = gaps.length > NAMED ? ` and ${gaps.length - NAMED} more columns` : "";
  return fail(
    source,
    `${total} missing ${total === 1 ? "value" : "values"} in ${where.join(", ")}${more}; choose ${source.option("missing", "drop")} or ${source.option("missing", "mean")}`,
  );
};

/** Columns without missing values, and what was done for that. */
export interface Complete {
  readonly columns: readonly Column[];
  readonly notes: readonly string[];
  readonly columnNotes: readonly ColumnNote[];
}

/**
 * Does with missing values what the policy says. "drop" leaves out every row that has one; "mean" those whose target is missing, and
 * fills the others. `lines` are the rows' line numbers. Throws for "error" where there are any, and where no row is left.
 */
export const completed = (
  columns: readonly Column[],
  target: string,
  policy: MissingPolicy,
  lines: Uint32Array,
  source: Source,
): Complete => {
  const gaps = columns.map((column) => gapsOf(column, lines.length)).filter(({ rows }) => rows.length > 0);
  if (gaps.length === 0) return { columns, notes: [], columnNotes: [] };
  if (policy === "error") return refuse(gaps, lines, source);
  const decisive = policy === "drop" ? gaps : gaps.filter(({ column }) => column.name === target);
  const dropped = new Set(decisive.flatMap(({ rows }) => rows));
  if (dropped.size === lines.length) {
    return fail(source, "every row has a missing value; nothing is left after dropping them");
  }
  const kept = Uint32Array.from(lines.keys()).filter((row) => !dropped.has(row));
  const filled = columns.map((column) =>
    fill(dropped.size === 0 ? column : selectRows(column, kept), source),
  );
  const why = policy === "drop" ? "missing values" : "a missing target";
  return {
    columns: filled.map(({ column }) => column),
    notes: dropped.size > 0 ? [`${dropped.size} of ${lines.length} rows dropped for ${why}`] : [],
    columnNotes: filled.flatMap(({ note }) => (note ? [note] : [])),
  };
};
