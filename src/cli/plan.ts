import { UsageError } from "../errors.js";
import type { TableRecord } from "../report/table-record.js";
import type { Beside } from "../tables/beside.js";
import type { FitOptions, Splits } from "../train/options.js";
import type { Recipe } from "../train/recipe.js";
import type { Run } from "../train/run.js";
import { type FoldOption, withoutFold } from "./fold.js";
import type { SourceFile } from "./recipe-bundle.js";
import type { LoadedRecipe } from "./recipe-file.js";
import { isTable, type LearnTableOptions, tableOptionAmong } from "./table-options.js";
import { tasks } from "./tasks/tasks.js";

/** What of a training the command line can be told. */
export interface PlanOptions extends LearnTableOptions {
  readonly model?: string;
  readonly layers?: number[];
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly schedule?: string;
  readonly keep?: string;
  readonly maxNorm?: number;
  readonly weightDecay?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly validation?: number;
  readonly earlyStopping?: number;
  readonly seed?: number;
  readonly data?: string;
  readonly augment?: string;
  readonly tta?: string;
  readonly size?: number;
  readonly onBad?: "refuse" | "skip";
  readonly imageColumn?: string;
  readonly labelColumn?: string;
  readonly sharpness?: number;
  readonly threads?: number;
  /** Which part of a cross-validation it is. */
  readonly fold?: FoldOption;
}

/** What is to be trained: a recipe with its data loaded, and how to describe it. */
export interface Plan {
  readonly name: string;
  readonly data: Splits;
  readonly network: Recipe["network"];
  readonly options: Omit<FitOptions, "signal" | "checkpoint" | "resume">;
  /** What was chosen, for the person and for config.json. */
  readonly described: Readonly<Record<string, string | number>>;
  /** What was decided about the data, to be said before training. */
  readonly notes?: readonly string[];
  /** What simpler models reach on the test examples that a run was measured on. */
  readonly beside?: (run: Run) => Promise<Beside | undefined>;
  /** What a trained model makes of the rows of a table that were set aside, for the report. */
  readonly table?: (run: Run) => Promise<TableRecord | undefined>;
  /** What the trained model can be asked about, as arguments of `predict`, where it is no picture of the test part. */
  readonly ask?: string;
  /** Closes files that the data are read from. */
  readonly close?: () => Promise<void>;
  /** The files of a recipe. */
  readonly sources?: readonly SourceFile[];
  /** An error that its code raised, with its place. */
  readonly explain?: LoadedRecipe["explain"];
}

/** Leaves out what was not given, so that defaults apply. */
export const given = <T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** The options of `fit` by which training is watched. */
export const watching = ({
  earlyStopping,
  sharpness,
}: PlanOptions): Pick<FitOptions, "earlyStopping" | "sharpness"> => ({
  ...(earlyStopping === undefined ? {} : { earlyStopping: { patience: earlyStopping } }),
  ...(sharpness === undefined ? {} : { sharpness: { every: sharpness } }),
});

export const isRecipe = (what: string): boolean => /\.[mc]?[jt]s$/.test(what);

/** Throws where options of the command line do not suit the data. */
const checkParts = ({ data, options: { validation = 0 } }: Plan, options: PlanOptions): void => {
  const { size } = data.train;
  if (options.validation !== undefined && !data.validation) {
    const suits = validation < 1 || (Number.isInteger(validation) && validation < size);
    if (!suits) {
      throw new UsageError(
        `--validation ${validation}: give a share below 1, or a whole number of examples below the ${size} that there are`,
      );
    }
  }
  if (options.earlyStopping !== undefined && !data.validation && validation === 0) {
    throw new UsageError(
      `--early-stopping ${options.earlyStopping} watches examples that are set aside, but there are none; add --validation 0.1`,
    );
  }
};

/** What to train: a built-in task or a recipe file. Throws where it is neither, or an option does not suit it. */
export const planFor = async (what: string, options: PlanOptions): Promise<Plan> => {
  const plan = withFold(await planOf(what, options), what, options);
  checkParts(plan, options);
  return plan;
};

/** A plan of which one fold of the training examples is the test; tables are divided where they are read. */
const withFold = (plan: Plan, what: string, { fold, seed = 0 }: PlanOptions): Plan => {
  if (fold === undefined || isTable(what)) return plan;
  const { data, note } = withoutFold(plan.data, fold, seed);
  return { ...plan, data, notes: [...(plan.notes ?? []), note] };
};

const planOf = async (what: string, options: PlanOptions): Promise<Plan> => {
  if (isTable(what)) return (await import("./plan-table.js")).planOfTable(what, options);
  const surplus = tableOptionAmong(options);
  if (surplus !== undefined)
    throw new UsageError(`${surplus} is for tables (${what} is none): steepest train data.csv --target …`);
  const task = tasks.find(({ name }) => name === what);
  if (task) return (await import("./plan-task.js")).planTask(task, options);
  if (isRecipe(what)) return (await import("./plan-recipe.js")).planRecipe(what, options);
  throw new UsageError(
    `${what}: neither a table (data.csv) nor a task (${tasks.map(({ name }) => name).join(", ")}) nor a recipe file (recipe.ts)`,
  );
};
