import { type Decimal, decimals, readAmount } from "../../data/csv/amount.js";
import { missing } from "../../missing.js";
import type { NumberColumn } from "../encoder.js";
import type { Profile } from "../profile.js";

/** What the texts of a column say of numbers written as people do. */
export interface AmountEvidence {
  /** Cells that are numbers with a decimal point, and with a decimal comma. */
  readonly cells: Readonly<Record<Decimal, number>>;
  /** The mark that some number has only one meaning with; "either" where numbers mean two things. */
  readonly decimal: Decimal | "either" | "none";
  readonly example: string | undefined;
  readonly units: Readonly<Record<Decimal, readonly string[]>>;
}

/** So many texts tell what a column is. */
const LOOKED_AT = 20_000;

export const amountEvidence = ({ texts }: Profile): AmountEvidence => {
  const cells = { ".": 0, ",": 0 };
  const units = { ".": new Set<string>(), ",": new Set<string>() };
  let decided: Decimal | undefined;
  let example: string | undefined;
  let looked = 0;
  for (const [text, { count }] of texts) {
    if (++looked > LOOKED_AT) break;
    const [point, comma] = [readAmount(text, "."), readAmount(text, ",")];
    for (const [mark, amount] of [[".", point] as const, [",", comma] as const]) {
      if (!amount) continue;
      cells[mark] += count;
      units[mark].add(amount.unit);
    }
    if (point && !comma) decided ??= ".";
    else if (comma && !point) decided ??= ",";
    else if (point && comma && point.value !== comma.value) example ??= text;
  }
  const decimal = decided ?? (example === undefined ? "none" : "either");
  return { cells, decimal, example, units: { ".": [...units["."]], ",": [...units[","]] } };
};

/** What two marks make of a text, for a message. */
export const meanings = (text: string): string =>
  decimals.map((mark) => `${readAmount(text, mark)?.value} with "${mark}"`).join(" and ");

/** Quantile q of numbers in order, between neighbours in a line. */
const quantile = (sorted: Float64Array, q: number): number => {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low] ?? missing();
  const b = sorted[Math.min(sorted.length - 1, low + 1)] ?? missing();
  return a + (at - low) * (b - a);
};

/** Values beyond this many of their spreads from 0 lose digits in float32 that they differ in. */
const FAR = 2 ** 12;

/** Numbers that a quantile is taken of: of more, some spread evenly. */
const RANKED = 200_000;

/** The centre and the scale of numbers of the chosen rows; undefined where there are fewer than two different. */
export const scalesOf = (
  values: Float64Array,
  rows: Uint32Array,
): (Omit<NumberColumn, "kind" | "name"> & { readonly least: number; readonly most: number }) | undefined => {
  let [n, mean, squares] = [0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const value = values[row] ?? missing();
    if (Number.isNaN(value)) continue;
    n++;
    const distance = value - mean;
    mean += distance / n;
    squares += distance * (value - mean);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(least < most)) return undefined;
  const every = Math.max(1, Math.floor(rows.length / RANKED));
  const ranked = Float64Array.from(
    rows.filter((_, i) => i % every === 0),
    (row) => values[row] ?? missing(),
  )
    .filter((value) => !Number.isNaN(value))
    .sort();
  const deviation = Math.sqrt(squares / n);
  const quartiles = quantile(ranked, 0.75) - quantile(ranked, 0.25);
  // Where half of the values are one, the quartiles say nothing.
  const spread = quartiles > 0 ? quartiles : (most - least) / 2;
  const offset = Math.max(Math.abs(least), Math.abs(most)) > FAR * spread ? Math.floor(mean) : 0;
  return {
    offset,
    mean: mean - offset,
    deviation,
    median: quantile(ranked, 0.5) - offset,
    spread,
    gaps: n < rows.length,
    least,
    most,
  };
};
