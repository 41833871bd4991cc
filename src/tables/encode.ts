import type { Field, Column as Values } from "../data/dataset.js";
import { missing } from "../missing.js";
import {
  type CategoryColumn,
  type NumberColumn,
  partsOf,
  type TableEncoder,
  type TextColumn,
} from "./encoder.js";
import type { Column } from "./gather.js";

/** The inputs of a network for some rows, by name; only those that it has. */
export type EncodedRows = Readonly<Record<string, Values>>;

/** How the inputs of a network for an encoder's tables look. */
export const fieldsOf = (encoder: Pick<TableEncoder, "columns">): Readonly<Record<string, Field>> => {
  const { numbers, categories, texts } = partsOf(encoder);
  const words = texts.reduce((sum, { buckets }) => sum + buckets, 0);
  return {
    ...(numbers.length > 0
      ? {
          numbers: {
            kind: "float" as const,
            shape: [numbers.length],
            partial: true,
            columns: numbers.map(({ name }) => name),
          },
        }
      : {}),
    ...(categories.length > 0
      ? {
          categories: {
            kind: "int" as const,
            shape: [categories.length],
            columns: categories.map(({ name }) => name),
          },
        }
      : {}),
    ...(words > 0 ? { words: { kind: "float" as const, shape: [words] } } : {}),
  };
};

/** What a table of which predictions are wanted has that the encoder does not know. */
export interface Unknowns {
  /** Texts that are no category of a column, and in how many cells. */
  readonly categories: Map<string, { count: number; readonly example: string }>;
}

export const noUnknowns = (): Unknowns => ({ categories: new Map() });

const writeNumbers = (
  column: Column | undefined,
  { offset }: NumberColumn,
  into: Float32Array,
  j: number,
  width: number,
) => {
  const rows = into.length / width;
  for (let row = 0; row < rows; row++) {
    const value = column?.kind === "numbers" ? (column.values[row] ?? missing()) : Number.NaN;
    into[row * width + j] = value - offset;
  }
};

const writeCategories = (
  column: Column | undefined,
  { name, categories, missing: gap }: CategoryColumn,
  into: Int32Array,
  j: number,
  width: number,
  unknowns: Unknowns,
): void => {
  const rows = into.length / width;
  if (column?.kind !== "codes") {
    for (let row = 0; row < rows; row++) into[row * width + j] = gap;
    return;
  }
  const known = new Map(categories.map((text, k) => [text, k + 1]));
  const own = column.texts.map((text) => known.get(text) ?? 0);
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row] ?? missing();
    const encoded = code < 0 ? gap : (own[code] ?? missing());
    into[row * width + j] = encoded;
    if (code < 0 || encoded > 0) continue;
    const seen = unknowns.categories.get(name);
    if (seen) seen.count++;
    else unknowns.categories.set(name, { count: 1, example: column.texts[code] ?? missing() });
  }
};

/** Texts of all columns beside each other. */
const writeWords = (
  column: Column | undefined,
  { buckets }: TextColumn,
  into: Float32Array,
  from: number,
  width: number,
) => {
  if (column?.kind !== "words") return;
  const rows = into.length / width;
  for (let row = 0; row < rows; row++)
    into.set(column.words.subarray(row * buckets, (row + 1) * buckets), row * width + from);
};

/**
 * The inputs of a network for rows of a table: `columns` by name, of which those that are absent count as missing in every row. What is not
 * known of them is counted in `unknowns`.
 */
export const encodeRows = (
  encoder: Pick<TableEncoder, "columns">,
  columns: ReadonlyMap<string, Column>,
  rows: number,
  unknowns: Unknowns = noUnknowns(),
): EncodedRows => {
  const { numbers, categories, texts } = partsOf(encoder);
  const width = texts.reduce((sum, { buckets }) => sum + buckets, 0);
  const floats = new Float32Array(rows * numbers.length);
  const codes = new Int32Array(rows * categories.length);
  const words = new Float32Array(rows * width);
  for (const [j, each] of numbers.entries())
    writeNumbers(columns.get(each.name), each, floats, j, numbers.length);
  for (const [j, each] of categories.entries())
    writeCategories(columns.get(each.name), each, codes, j, categories.length, unknowns);
  let from = 0;
  for (const each of texts) {
    writeWords(columns.get(each.name), each, words, from, width);
    from += each.buckets;
  }
  return {
    ...(numbers.length > 0 ? { numbers: floats } : {}),
    ...(categories.length > 0 ? { categories: codes } : {}),
    ...(width > 0 ? { words } : {}),
  };
};
