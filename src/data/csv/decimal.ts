import { missing } from "../../missing.js";
import { type Amount, type Decimal, readAmount } from "./amount.js";
import { type Days, readDigitDate } from "./date.js";
import { textAt } from "./scan.js";
import { kindsOf, NUMBER, type Table, TEXT } from "./table.js";

/** What a column's cells say about the decimal mark. */
export type Evidence =
  | { readonly decimal: Decimal; readonly example: string }
  /** A number that means two things: 1,000 (or 1.000), one or a thousand. */
  | { readonly decimal: "either"; readonly example: string; readonly plain: boolean }
  /** Nothing: whole numbers, or no numbers. */
  | { readonly decimal: "none" };

/** What dates are read into where only their form matters. */
const days: Days = { "day-first": 0, "month-first": 0 };

const POINT = 46;
const COMMA = 44;

const hasMark = ({ bytes, starts, ends }: Table, k: number): boolean => {
  const end = ends[k] ?? missing();
  for (let i = starts[k] ?? missing(); i < end; i++)
    if (bytes[i] === POINT || bytes[i] === COMMA) return true;
  return false;
};

/**
 * Reads the cells of column j both with a decimal point and with a decimal comma: the first that is a number in one way only decides;
 * without such a cell, one that is a different number in each leaves it open.
 */
export const evidenceOf = (table: Table, j: number): Evidence => {
  const { bytes, starts, ends, width, first } = table;
  const kinds = kindsOf(table, j);
  let either: Extract<Evidence, { decimal: "either" }> | undefined;
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row];
    if (kind !== TEXT && kind !== NUMBER) continue;
    const k = (first + row) * width + j;
    if (!hasMark(table, k)) continue;
    if (readDigitDate(bytes, starts[k] ?? missing(), ends[k] ?? missing(), days) >= 0) continue;
    const example = textAt(table, k);
    const withPoint: Amount | undefined = readAmount(example, ".");
    const withComma: Amount | undefined = readAmount(example, ",");
    if (withPoint && !withComma) return { decimal: ".", example };
    if (withComma && !withPoint) return { decimal: ",", example };
    if (withPoint && withComma && withPoint.value !== withComma.value) {
      // One with a comma weighs more: it is no plain number.
      const plain = kind === NUMBER;
      if (!either || (either.plain && !plain)) either = { decimal: "either", example, plain };
    }
  }
  return either ?? { decimal: "none" };
};
