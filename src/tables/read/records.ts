import { fail, type Source } from "../../data/csv/source.js";
import { readFurther, readTable, type Table } from "../../data/csv/table.js";
import { csvRow } from "../../data/csv/write.js";
import { missing } from "../../missing.js";
import { shown } from "../../shown.js";

/** Values of a row under their names. */
export type TableRecord = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

const COMMA = 44;

/** A date of a whole day without its time of 0:00. */
const dayOrTime = (date: Date): string => date.toISOString().replace(/T00:00:00\.000Z$/, "");

/** A value as the text of a cell; undefined where it is none of one cell. */
const textOf = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  return value instanceof Date && !Number.isNaN(value.getTime()) ? dayOrTime(value) : undefined;
};

/**
 * Makes tables of records, piece by piece, as if they were lines of CSV: so cells are told as they are there. The names are those of the first piece, in the order in which
 * they come first. Throws where a value is no text, number, boolean or date, and where a later piece has other names.
 */
export const recordTables = (source: Source) => {
  let first: Table | undefined;
  let names: readonly string[] = [];
  const cellsOf = (record: TableRecord, line: number): string => {
    const strange = Object.keys(record).find((name) => !names.includes(name));
    if (strange !== undefined)
      fail(
        source,
        `line ${line} has ${shown(strange)}, which no row before has; give all rows the same names (null where there is no value)`,
      );
    return csvRow(
      names.map((name) => {
        const value = record[name];
        return (
          textOf(value) ??
          fail(
            source,
            `line ${line}, column ${shown(name)}: ${shown(JSON.stringify(value))} is no single value; give texts, numbers, booleans or null, nested ones under names of their own`,
          )
        );
      }),
    );
  };
  return (records: readonly TableRecord[], lines: Uint32Array): Table => {
    if (!first) names = [...new Set(records.flatMap(Object.keys))];
    if (names.length === 0) fail(source, "its rows are empty; give each values under names");
    const rows = records.map((record, i) => cellsOf(record, lines[i] ?? missing()));
    if (first) {
      const before = { line: 1, width: first.width, first: 1 };
      const table = readFurther(encoder.encode(`${rows.join("\n")}\n`), first, before, source);
      return { ...table, lines };
    }
    const text = encoder.encode(`${[csvRow(names), ...rows].join("\n")}\n`);
    const table = readTable(text, true, String.fromCharCode(COMMA), source);
    first = { ...table, lines: Uint32Array.of(0, ...lines) };
    return first;
  };
};
