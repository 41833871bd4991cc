import { missing } from "../../missing.js";
import { type Amount, type Decimal, readAmount } from "./amount.js";
import { textAt } from "./scan.js";
import { NUMBER, type Table, TEXT } from "./table.js";

/** What a column's cells say about the decimal mark. */
export type Evidence =
  | { readonly decimal: Decimal; readonly example: string }
  /** A number that means two things: 1,000 (or 1.000), one or a thousand. */
  | { readonly decimal: "either"; readonly example: string; readonly plain: boolean }
  /** Nothing: whole numbers, or no numbers. */
  | { readonly decimal: "none" };

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
  const { kinds, width, first, end } = table;
  let either: Extract<Evidence, { decimal: "either" }> | undefined;
  for (let row = first; row < end; row++) {
    const k = row * width + j;
    if ((kinds[k] !== TEXT && kinds[k] !== NUMBER) || !hasMark(table, k)) continue;
    const example = textAt(table, k);
    const withPoint: Amount | undefined = readAmount(example, ".");
    const withComma: Amount | undefined = readAmount(example, ",");
    if (withPoint && !withComma) return { decimal: ".", example };
    if (withComma && !withPoint) return { decimal: ",", example };
    if (withPoint && withComma && withPoint.value !== withComma.value) {
      // One with a comma weighs more: it is no plain number.
      const plain = kinds[k] === NUMBER;
      if (!either || (either.plain && !plain)) either = { decimal: "either", example, plain };
    }
  }
  return either ?? { decimal: "none" };
};
