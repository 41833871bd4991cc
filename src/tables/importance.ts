import type { Dataset, Column as Numbers } from "../data/dataset.js";
import { readRows } from "../data/rows.js";
import { logLoss } from "../metrics/log-loss.js";
import { rmse } from "../metrics/mse.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";
import { mean, variance } from "../statistics.js";
import { partsOf, type TableEncoder } from "./encoder.js";
import { answerRows, type TableModel } from "./predict.js";
import { targetName } from "./targets.js";

/** Where the numbers of a column lie in a model's inputs: `width` of each row from `from` on. */
export interface Place {
  readonly input: string;
  readonly from: number;
  readonly width: number;
}

/** The place of each column in the inputs of a model. */
export const placesOf = (encoder: TableEncoder): ReadonlyMap<string, Place> => {
  const { numbers, categories, texts } = partsOf(encoder);
  const places = new Map<string, Place>();
  for (const [from, { name }] of numbers.entries()) places.set(name, { input: "numbers", from, width: 1 });
  for (const [from, { name }] of categories.entries())
    places.set(name, { input: "categories", from, width: 1 });
  let from = 0;
  for (const { name, buckets } of texts) {
    places.set(name, { input: "words", from, width: buckets });
    from += buckets;
  }
  return places;
};

/** Inputs in which a column's numbers of row i are those that `of(i)` names, or writes, of a copy. */
export const replaced = (
  inputs: Readonly<Record<string, Numbers>>,
  { input, from, width }: Place,
  rows: number,
  write: (into: Numbers, original: Numbers) => void,
): Readonly<Record<string, Numbers>> => {
  const all = inputs[input] ?? missing();
  const each = all.length / rows;
  const own = all instanceof Int32Array ? new Int32Array(rows * width) : new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    own.set(all.subarray(row * each + from, row * each + from + width), row * width);
  const changed = own.slice();
  write(changed, own);
  const copy = all.slice();
  for (let row = 0; row < rows; row++)
    copy.set(changed.subarray(row * width, (row + 1) * width), row * each + from);
  return { ...inputs, [input]: copy };
};

/** How much a model needs a column. */
export interface ColumnImportance {
  readonly name: string;
  /** By how much the error rises where the column's values are shuffled among the rows. */
  readonly rise: number;
  /** The standard deviation of that over the shuffles. */
  readonly deviation: number;
}

/** The importance of the columns for one target. */
export interface Importance {
  readonly measure: "log loss" | "root-mean-square error";
  /** The most important first. */
  readonly columns: readonly ColumnImportance[];
}

const SHUFFLES = 3;

/** Rows that are looked at: of a wide table fewer, and of a very wide one none. */
const rowsFor = (columns: number): number => Math.min(1000, Math.floor(2e7 / (SHUFFLES * columns ** 2)));
const FEWEST = 50;

/** Some rows of a dataset, at random by the seed. */
export const sampled = (data: Dataset, most: number, seed: number): Uint32Array =>
  Uint32Array.from(random(seed, "sampled rows").permutation(data.size).slice(0, most));

/**
 * Permutation importance (Breiman 2001): by how much the log loss, or root-mean-square error, on some rows rises where a column's values are shuffled among them, for each
 * target. Columns that say the same share their importance: either of them is hardly missed. Undefined where there are too many columns to do this in a few seconds.
 */
export const permutationImportance = async (
  model: TableModel,
  data: Dataset,
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<readonly Importance[] | undefined> => {
  const places = placesOf(model.encoder);
  const most = rowsFor(places.size);
  if (most < FEWEST) return undefined;
  const chosen = sampled(data, most, seed);
  const rows = chosen.length;
  const { inputs, targets } = await readRows(data, chosen);
  const losses = async (changed: Readonly<Record<string, Numbers>>) =>
    (await answerRows(model, changed, rows)).map(({ target, data: answers, width }) =>
      (target.kind === "class" ? logLoss() : rmse()).of({
        kind: target.kind,
        width,
        answers,
        targets: targets[targetName(model.encoder.targets, target)] ?? missing(),
      }),
    );
  const before = await losses(inputs);
  const rises = new Map<string, number[][]>();
  for (const [name, place] of places) {
    const after: number[][] = [];
    for (let k = 0; k < SHUFFLES; k++) {
      const order = random(seed, `shuffle ${k} of ${name}`).permutation(rows);
      const changed = replaced(inputs, place, rows, (into, own) => {
        for (let row = 0; row < rows; row++) {
          const from = (order[row] ?? missing()) * place.width;
          into.set(own.subarray(from, from + place.width), row * place.width);
        }
      });
      after.push(await losses(changed));
    }
    rises.set(name, after);
  }
  return model.encoder.targets.map(({ kind }, t) => ({
    measure: kind === "class" ? "log loss" : "root-mean-square error",
    columns: [...rises]
      .map(([name, after]) => {
        const own = after.map((all) => (all[t] ?? missing()) - (before[t] ?? missing()));
        return { name, rise: mean(own), deviation: Math.sqrt(variance(own)) };
      })
      .sort((a, b) => b.rise - a.rise),
  }));
};
