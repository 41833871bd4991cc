import type { Dataset } from "../data/dataset.js";
import { readRows } from "../data/rows.js";
import { missing } from "../missing.js";
import type { EncodedColumn, TableEncoder } from "./encoder.js";
import { placesOf, replaced, sampled } from "./importance.js";
import { answerRows, type TableModel } from "./predict.js";

/** What a model answers on average where a column has a value in every row. */
export interface DependencePoint {
  /** A number (of dates days since 1970-01-01, of times hours), or the text of a category. */
  readonly at: number | string;
  /** For each target the mean probability of each class, or the mean value. */
  readonly answers: readonly (readonly number[])[];
}

/** How a model's answers depend on a column. */
export interface Dependence {
  readonly name: string;
  readonly kind: EncodedColumn["kind"];
  readonly points: readonly DependencePoint[];
}

const ROWS = 300;
const STEPS = 20;
const CATEGORIES = 10;

/** Values of a column that are tried, as they go into the model, and what they stand for. */
const triedOf = (
  column: EncodedColumn,
  values: ArrayLike<number>,
): readonly { readonly encoded: number; readonly at: number | string }[] => {
  if (column.kind === "text") return [];
  if (column.kind === "category")
    return column.categories
      .slice(0, CATEGORIES)
      .map((text, k) => ({ encoded: k + 1, at: text === "" ? "(missing)" : text }));
  const { offset } = column;
  if (column.kind === "boolean")
    return [0, 1].map((value) => ({
      encoded: value - offset,
      at: (value === 0 ? column.no[0] : column.yes[0]) ?? String(value),
    }));
  const sorted = Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  // The outermost hundredths are left out: a single far value would take the whole width.
  const tried = Array.from({ length: STEPS + 1 }, (_, i) => {
    const share = 0.01 + (0.98 * i) / STEPS;
    return sorted[Math.round(share * (sorted.length - 1))];
  });
  return [...new Set(tried)].flatMap((value) =>
    value === undefined ? [] : [{ encoded: value, at: value + offset }],
  );
};

/**
 * Partial dependence (Friedman 2001): the mean of a model's answers to some rows in which a column has been given one value after the other, for the named columns. Columns
 * of texts have none.
 */
export const partialDependence = async (
  model: TableModel,
  data: Dataset,
  names: readonly string[],
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<readonly Dependence[]> => {
  const chosen = sampled(data, ROWS, seed);
  const rows = chosen.length;
  const { inputs } = await readRows(data, chosen);
  const places = placesOf(model.encoder);
  const found: Dependence[] = [];
  for (const column of columnsNamed(model.encoder, names)) {
    const place = places.get(column.name) ?? missing();
    const points: DependencePoint[] = [];
    const all = inputs[place.input] ?? missing();
    const each = all.length / rows;
    const values = Float64Array.from({ length: rows }, (_, row) => all[row * each + place.from] ?? missing());
    for (const { encoded, at } of triedOf(column, values)) {
      const answers = await answerRows(
        model,
        replaced(inputs, place, rows, (into) => into.fill(encoded)),
        rows,
      );
      points.push({
        at,
        answers: answers.map(({ data: numbers, width }) => {
          const means = new Array<number>(width).fill(0);
          for (let i = 0; i < numbers.length; i++)
            means[i % width] = (means[i % width] ?? missing()) + (numbers[i] ?? missing()) / rows;
          return means;
        }),
      });
    }
    if (points.length > 1) found.push({ name: column.name, kind: column.kind, points });
  }
  return found;
};

const columnsNamed = ({ columns }: TableEncoder, names: readonly string[]): EncodedColumn[] =>
  names.map((name) => columns.find((column) => column.name === name) ?? missing());
