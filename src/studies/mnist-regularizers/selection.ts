import { barChart } from "../../figures/index.js";
import { mean } from "../../statistics.js";
import type { StudyContext, StudyResult } from "../study.js";
import { type Candidate, collect, trainMissing } from "./candidates.js";
import type { Parts } from "./data.js";
import { type Recipe, type RowName, rows } from "./recipes.js";
import type { Asked } from "./settings.js";

const valueText = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([name, each]) => `${name} ${each}`)
        .join(" ")
    : String(value);

/** "maxNorm 2, learningRate 0.1". */
const describe = (change: Partial<Recipe>): string =>
  Object.entries(change)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(", ");

const candidatesOf = (row: RowName): Candidate[] => {
  const { title, recipe, alternatives } = rows[row];
  return [
    { row, name: `${title}, as chosen`, recipe },
    ...alternatives.map((change) => ({
      row,
      name: `${title}, ${describe(change)}`,
      recipe: { ...recipe, ...change },
    })),
  ];
};

/** The recipe of the lowest validation error of all. */
const lowestOf = (results: readonly { readonly name: string; readonly error: number | null }[]): string => {
  const done = results.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
  if (done.length === 0) return "No recipe was trained.";
  const best = done.reduce((a, b) => (b.error < a.error ? b : a));
  return `The lowest validation error of ${done.length} recipes is ${best.error.toFixed(2)} %: ${best.name}.`;
};

/** How the recipes were chosen, done again: recipes and alternatives, measured on held-out training examples. */
export const selection = async (asked: Asked, parts: Parts, context: StudyContext): Promise<StudyResult> => {
  const candidates = asked.rows.flatMap(candidatesOf);
  await trainMissing(candidates, { ...asked, parts }, context);
  const { trained, problems } = await collect(candidates, { ...asked, parts }, context);
  const results = trained.map(({ row, name, outcomes, recipe }) => ({
    row,
    name,
    recipe,
    error: outcomes.length > 0 ? mean(outcomes.map(({ error }) => error)) : null,
    loss: outcomes.length > 0 ? mean(outcomes.map(({ loss }) => loss)) : null,
    seeds: outcomes.length,
  }));
  return {
    learned: lowestOf(results),
    claims: [],
    tables: [
      {
        title: `Validation error (%) of recipes: ${parts.train.size} training examples, ${parts.measured.size} held out`,
        columns: ["recipe", "error", "loss", "seeds"],
        rows: results.map(({ name, error, loss, seeds }) => [
          name,
          error?.toFixed(2) ?? "–",
          loss?.toFixed(4) ?? "–",
          seeds,
        ]),
      },
    ],
    figure: await barChart({
      title: "Recipes on held-out training examples",
      horizontal: true,
      categories: results.map(({ name }) => name),
      series: [{ name: "validation error", values: results.map(({ error }) => error ?? Number.NaN) }],
      value: { label: "validation error (%)" },
      format: (value) => value.toFixed(2),
    }),
    numbers: { source: parts.source, results },
    notes: [
      "The test set was not looked at.",
      `A difference below ${(100 * Math.sqrt((2 * 0.02) / parts.measured.size)).toFixed(2)} percentage points is within the noise of ${parts.measured.size} examples at an error of 2 %.`,
      ...problems,
    ],
  };
};
