import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { type Decimal, decimals, readAmount } from "./amount.js";
import { type Column, readColumn } from "./column.js";
import { type Evidence, evidenceOf } from "./decimal.js";
import type { Reading } from "./reading.js";
import { fail } from "./source.js";
import { kindsOf, type Table, TEXT } from "./table.js";

/** How columns are read, but for the decimal mark, which they tell together. */
export interface ColumnsReading extends Omit<Reading, "as" | "decimal"> {
  readonly as: (name: string) => Reading["as"];
  readonly decimal: Decimal | "detect";
}

const hasText = (table: Table, j: number): boolean => kindsOf(table, j).includes(TEXT);

/** Between semicolons, numbers often have decimal commas, and points between thousands. */
const SEMICOLON = 59;

/** Whether a comma may be a decimal mark here. */
const maybeComma = (evidence: Evidence | undefined): boolean =>
  evidence !== undefined && (evidence.decimal === "," || (evidence.decimal === "either" && !evidence.plain));

/**
 * Reads the given columns. Numbers have the decimal mark that is asked for; else each column that of its own cells; and a column whose
 * cells leave it open (1,000) that of the others. Plain numbers are with a point where nothing says otherwise.
 *
 * Throws as `readColumn` does, and where a column's numbers mean two things and no other column tells which.
 */
export const readColumns = (
  table: Table,
  wanted: readonly number[],
  reading: ColumnsReading,
): readonly Column[] => {
  const { source } = reading;
  const nameOf = (j: number) => table.names[j] ?? missing();
  const read = (j: number, decimal: Decimal): Column =>
    readColumn(table, j, { ...reading, as: reading.as(nameOf(j)), decimal });
  if (reading.decimal !== "detect") {
    const { decimal } = reading;
    return wanted.map((j) => read(j, decimal));
  }
  const numbers = wanted.filter((j) => reading.as(nameOf(j)) !== "classes");
  const evidence = new Map(numbers.filter((j) => hasText(table, j)).map((j) => [j, evidenceOf(table, j)]));
  if (table.delimiter !== SEMICOLON && ![...evidence.values()].some(maybeComma)) {
    return wanted.map((j) => read(j, "."));
  }
  for (const j of numbers) if (!evidence.has(j)) evidence.set(j, evidenceOf(table, j));

  const columns = new Map<number, Column>();
  const used = new Set<Decimal>();
  for (const j of wanted) {
    const found = evidence.get(j)?.decimal ?? "none";
    if (found === "either") continue;
    const column = read(j, found === "none" ? "." : found);
    columns.set(j, column);
    if (found !== "none" && column.kind === "numeric") used.add(found);
  }
  const [agreed, ...others] = used;
  return wanted.map((j) => {
    const column = columns.get(j);
    if (column) return column;
    const found = evidence.get(j);
    if (agreed !== undefined && others.length === 0) return read(j, agreed);
    const asPoint = read(j, ".");
    if (found?.decimal !== "either" || asPoint.kind === "categorical") return asPoint;
    if (found.plain && agreed === undefined) {
      const many = `read with decimal points, as nothing says that they stand between thousands (${source.option("decimal", ",")})`;
      const text = `column ${shown(nameOf(j))} with numbers such as ${shown(found.example)} ${many}`;
      reading.note({ column: nameOf(j), text, many });
      return asPoint;
    }
    const meanings = decimals.map(
      (decimal) => `${readAmount(found.example, decimal)?.value} with ${source.option("decimal", decimal)}`,
    );
    return fail(
      source,
      `column ${shown(nameOf(j))} holds numbers such as ${shown(found.example)}, which is ${meanings.join(" and ")}; choose one of them`,
    );
  });
};
