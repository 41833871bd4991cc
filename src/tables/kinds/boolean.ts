import { readTexts } from "../../data/csv/classes.js";
import { MISSING, type Table } from "../../data/csv/table.js";
import { missing } from "../../missing.js";
import type { Profile } from "../profile.js";

/** Pairs of words that say no and yes. */
const pairs: readonly (readonly [no: string, yes: string])[] = [
  ["false", "true"],
  ["no", "yes"],
  ["f", "t"],
  ["n", "y"],
  ["off", "on"],
  ["nein", "ja"],
  ["non", "oui"],
  ["unchecked", "checked"],
];

/** How a column of booleans says no and yes; undefined where it is none. */
export const booleansOf = ({ texts, plain, unkept }: Profile) => {
  if (plain > 0 || unkept > 0 || texts.size < 1 || texts.size > 6) return undefined;
  const seen = [...texts.keys()];
  const pair = pairs.find((words) => seen.every((text) => words.includes(text.toLowerCase())));
  if (!pair) return undefined;
  const spelt = (word: string) => [...new Set([...seen.filter((text) => text.toLowerCase() === word), word])];
  return { no: spelt(pair[0]), yes: spelt(pair[1]) };
};

/** The booleans of column j as 0 and 1; NaN where it holds neither. */
export const readBooleans = (
  table: Table,
  j: number,
  { no, yes }: { readonly no: readonly string[]; readonly yes: readonly string[] },
): Float64Array => {
  const { texts, codes } = readTexts(table, j, (kind) => kind !== MISSING);
  const value = texts.map((text) => (yes.includes(text) ? 1 : no.includes(text) ? 0 : Number.NaN));
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : (value[code] ?? missing())));
};
