import { type Dataset, soleInput, soleTarget } from "../data/dataset.js";
import { SteepestError, UsageError } from "../errors.js";
import type { Layer } from "../nn/index.js";
import { l2 } from "../optim/compositions/penalties.js";
import { maxNorm } from "../optim/constraints.js";
import { type Composition, onWeights, type RuleFor, weightDecay } from "../optim/index.js";
import { optimizers } from "../optim/optimizers.js";
import { requireDataset } from "../train/check-data.js";
import type { FitOptions, Splits } from "../train/options.js";
import type { Recipe } from "../train/recipe.js";
import { awaited } from "./awaited.js";
import { optimizerNamed, scheduleNamed, schedules } from "./optimizers.js";
import type { SourceFile } from "./recipe-bundle.js";
import { type LoadedRecipe, loadRecipe } from "./recipe-file.js";
import { pictureNetwork, type Suits } from "./tasks/models.js";
import { parseKeep, reluNetwork } from "./tasks/network.js";
import { type Task, tasks } from "./tasks/tasks.js";

/** What of a training the command line can be told. */
export interface PlanOptions {
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
  readonly sharpness?: number;
  readonly threads?: number;
}

/** What is to be trained: a recipe with its data loaded, and how to describe it. */
export interface Plan {
  readonly name: string;
  readonly data: Splits;
  readonly network: Recipe["network"];
  readonly options: Omit<FitOptions, "signal" | "checkpoint" | "resume">;
  /** What was chosen, for the person and for config.json. */
  readonly described: Readonly<Record<string, string | number>>;
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
const watching = ({
  earlyStopping,
  sharpness,
}: PlanOptions): Pick<FitOptions, "earlyStopping" | "sharpness"> => ({
  ...(earlyStopping === undefined ? {} : { earlyStopping: { patience: earlyStopping } }),
  ...(sharpness === undefined ? {} : { sharpness: { every: sharpness } }),
});

const outputsOf = (data: Dataset): number => {
  const { target, size } = soleTarget(data);
  return target.kind === "class" ? target.classes : size;
};

/** The network of a task, and how it is described. */
const networkOf = (
  task: Task,
  train: Dataset,
  options: PlanOptions,
): {
  readonly network: Layer;
  readonly suits: Suits;
  readonly described: { readonly network: string; readonly keep?: string };
} => {
  const { model = "dense" } = options;
  const outputs = outputsOf(train);
  const { field } = soleInput(train);
  if (model !== "dense") {
    for (const name of ["layers", "keep"] as const) {
      if (options[name] !== undefined)
        throw new UsageError(`--${name} is for --model dense; ${model} has its own`);
    }
    return { ...pictureNetwork(model, field.image, outputs), described: { network: model } };
  }
  const keep = options.keep ?? task.keep;
  const hidden = options.layers ?? task.hidden;
  return {
    network: reluNetwork(hidden, outputs, parseKeep(keep)),
    suits: {},
    described: { network: [...field.shape, ...hidden, outputs].join("-"), keep },
  };
};

const planTask = async (task: Task, options: PlanOptions): Promise<Plan> => {
  const optimizerName = optimizerNamed(options.optimizer ?? "adam");
  const optimizer = optimizers[optimizerName];
  const scheduleName = scheduleNamed(options.schedule ?? "cosine");
  const schedule = schedules[scheduleName];
  const chosenSeed = options.seed ?? 0;
  if (options.data !== undefined && !task.takesData) {
    throw new UsageError(
      `--data ${options.data}: ${task.name} makes its own data; --data is for mnist and toy`,
    );
  }
  const data = await task.load({ ...given({ data: options.data }), seed: chosenSeed } as {
    seed: number;
    data?: string;
  });
  const { network, described, suits } = networkOf(task, data.train, options);
  const usual =
    optimizerName === "adam" ? (suits.learningRate ?? optimizer.learningRate) : optimizer.learningRate;
  const learningRate = options.learningRate ?? usual;
  const decay: Composition | undefined = options.weightDecay ? weightDecay(options.weightDecay) : undefined;
  const rule = optimizer.make({ learningRate: schedule(learningRate) });
  const rules: RuleFor = decay ? onWeights(decay, rule) : rule;
  return {
    name: task.name,
    data,
    network,
    options: {
      optimizer: rules,
      epochs: options.epochs ?? task.epochs,
      batchSize: options.batchSize ?? suits.batchSize ?? task.batchSize,
      seed: chosenSeed,
      validation: options.validation ?? task.validation,
      ...(options.l2 ? { penalty: l2(options.l2) } : {}),
      ...(options.maxNorm === undefined ? {} : { constraint: maxNorm(options.maxNorm) }),
      ...watching(options),
      ...given({ clipNorm: options.clipNorm, threads: options.threads }),
    },
    described: {
      network: described.network,
      optimizer: optimizerName,
      learningRate,
      schedule: scheduleName,
      ...given({
        keep: described.keep,
        maxNorm: options.maxNorm,
        weightDecay: options.weightDecay,
        l2: options.l2,
        clipNorm: options.clipNorm,
      }),
    },
  };
};

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

const planRecipe = async (file: string, options: PlanOptions): Promise<Plan> => {
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
  const plan = await planOf(what, options);
  checkParts(plan, options);
  return plan;
};

const planOf = async (what: string, options: PlanOptions): Promise<Plan> => {
  const task = tasks.find(({ name }) => name === what);
  if (task) return planTask(task, options);
  if (isRecipe(what)) return planRecipe(what, options);
  const other = /\.(csv|tsv)$/i.test(what)
    ? "; a table becomes a dataset in a recipe (readCsv, dataset), and `steepest certify` fits linear models to one"
    : "";
  throw new UsageError(
    `${what}: neither a task (${tasks.map(({ name }) => name).join(", ")}) nor a recipe file (recipe.ts)${other}`,
  );
};
