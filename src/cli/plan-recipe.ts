import { SteepestError, UsageError } from "../errors.js";
import { requireDataset } from "../train/check-data.js";
import type { Splits } from "../train/options.js";
import type { Recipe } from "../train/recipe.js";
import { awaited } from "./awaited.js";
import { given, type Plan, type PlanOptions, watching } from "./plan.js";
import { type LoadedRecipe, loadRecipe } from "./recipe-file.js";

/** Options that a recipe answers itself. */
const taskOnly = [
  "model",
  "layers",
  "optimizer",
  "learningRate",
  "schedule",
  "keep",
  "maxNorm",
  "weightDecay",
  "l2",
  "clipNorm",
  "data",
  "augment",
  "tta",
  "size",
  "onBad",
  "imageColumn",
  "labelColumn",
] as const;

/** The recipe's data, loaded. Throws where its own code fails, where it never comes, and where it is none. */
const dataOf = async ({ data }: Recipe, file: string, explain: LoadedRecipe["explain"]): Promise<Splits> => {
  let loaded: unknown;
  try {
    loaded = await awaited(`the data of ${file}`, typeof data === "function" ? data() : data);
  } catch (error) {
    throw explain(error);
  }
  if (!(loaded instanceof Object)) {
    throw new SteepestError(
      `${file}: its data is ${loaded}; return a dataset, or { train, validation, test }`,
    );
  }
  const parts = "read" in loaded ? { train: loaded } : loaded;
  if (!("train" in parts)) {
    throw new SteepestError(
      `${file}: its data has no train part; return a dataset, or { train, validation, test }`,
    );
  }
  requireDataset(`${file}: its data's train`, parts.train);
  return parts as Splits;
};

/** What a recipe file asks for. Throws where an option of the command line is for it to say. */
export const planRecipe = async (file: string, options: PlanOptions): Promise<Plan> => {
  const conflict = taskOnly.find((name) => options[name] !== undefined);
  if (conflict) {
    const option = conflict.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${option} is for the built-in tasks; the recipe ${file} says that itself: change it there`,
    );
  }
  const { recipe, sources, explain } = await loadRecipe(file);
  const data = await dataOf(recipe, file, explain);
  const { name, data: _loaded, network, ...own } = recipe;
  return {
    name,
    network,
    options: {
      ...own,
      ...given({
        epochs: options.epochs,
        batchSize: options.batchSize,
        seed: options.seed,
        validation: options.validation,
        threads: options.threads,
      }),
      ...watching(options),
    },
    data,
    described: { recipe: file },
    sources,
    explain,
  };
};
