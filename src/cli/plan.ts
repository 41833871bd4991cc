import type { Dataset } from "../data/dataset.js";
import { l2 } from "../optim/compositions/penalties.js";
import { maxNorm } from "../optim/constraints.js";
import { type Composition, onWeights, type RuleFor, weightDecay } from "../optim/index.js";
import type { FitOptions, Splits } from "../train/options.js";
import type { Recipe } from "../train/recipe.js";
import { optimizers, schedules } from "./optimizers.js";
import { UsageError } from "./output.js";
import { loadRecipe } from "./recipe-file.js";
import { parseKeep, reluNetwork } from "./tasks/network.js";
import { type Task, tasks } from "./tasks/tasks.js";

/** The options of `steepest train` as the command line gives them. */
export interface TrainOptions {
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
  readonly out: string;
  readonly json?: boolean;
}

/** What is to be trained: a recipe with its data loaded, and how to describe it. */
export interface Plan extends FitOptions {
  readonly name: string;
  readonly data: Splits;
  readonly network: Recipe["network"];
  /** What was chosen, for the person and for config.json. */
  readonly described: Readonly<Record<string, string | number>>;
}

/** The choice of that name. Throws listing the names there are. */
export const choose = <Choice>(
  option: string,
  choices: Readonly<Record<string, Choice>>,
  name: string,
): Choice => {
  const choice = choices[name];
  if (choice === undefined) {
    throw new UsageError(
      `${option} ${name}: there is none of that name; choose from ${Object.keys(choices).join(", ")}`,
    );
  }
  return choice;
};

/** Leaves out what was not given, so that defaults apply. */
export const given = <T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const outputsOf = (data: Dataset): number =>
  data.target.kind === "class" ? data.target.classes : data.target.size;

const planTask = async (task: Task, options: TrainOptions): Promise<Plan> => {
  const optimizerName = options.optimizer ?? "adam";
  const optimizer = choose("--optimizer", optimizers, optimizerName);
  const scheduleName = options.schedule ?? "cosine";
  const schedule = choose("--schedule", schedules, scheduleName);
  const keep = options.keep ?? task.keep;
  const hidden = options.layers ?? task.hidden;
  const learningRate = options.learningRate ?? optimizer.learningRate;
  const decay: Composition | undefined = options.weightDecay ? weightDecay(options.weightDecay) : undefined;
  const rule = optimizer.make({ learningRate: schedule(learningRate) });
  const rules: RuleFor = decay ? onWeights(decay, rule) : rule;
  const chosenSeed = options.seed ?? 0;
  const data = await task.load({ ...given({ data: options.data }), seed: chosenSeed } as {
    seed: number;
    data?: string;
  });
  const epochs = options.epochs ?? task.epochs;
  const batchSize = options.batchSize ?? task.batchSize;
  return {
    name: task.name,
    data,
    network: reluNetwork(hidden, outputsOf(data.train), parseKeep(keep)),
    optimizer: rules,
    epochs,
    batchSize,
    seed: chosenSeed,
    validation: options.validation ?? task.validation,
    ...(options.l2 ? { penalty: l2(options.l2) } : {}),
    ...(options.maxNorm === undefined ? {} : { constraint: maxNorm(options.maxNorm) }),
    ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
    ...(options.earlyStopping === undefined ? {} : { earlyStopping: { patience: options.earlyStopping } }),
    ...(options.sharpness === undefined ? {} : { sharpness: { every: options.sharpness } }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    described: {
      network: [...data.train.inputShape, ...hidden, outputsOf(data.train)].join("-"),
      optimizer: optimizerName,
      learningRate,
      schedule: scheduleName,
      ...(keep === "1" ? {} : { keep }),
      ...given({
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

const planRecipe = async (file: string, options: TrainOptions): Promise<Plan> => {
  const conflict = taskOnly.find((name) => options[name] !== undefined);
  if (conflict) {
    const option = conflict.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${option} is for the built-in tasks; the recipe ${file} says that itself: change it there`,
    );
  }
  const recipe = await loadRecipe(file);
  const data = typeof recipe.data === "function" ? await recipe.data() : recipe.data;
  return {
    ...recipe,
    ...given({
      epochs: options.epochs,
      batchSize: options.batchSize,
      seed: options.seed,
      validation: options.validation,
      threads: options.threads,
    }),
    ...(options.earlyStopping === undefined ? {} : { earlyStopping: { patience: options.earlyStopping } }),
    ...(options.sharpness === undefined ? {} : { sharpness: { every: options.sharpness } }),
    data: "train" in data ? data : { train: data },
    described: { recipe: file },
  };
};

/** What to train: a built-in task or a recipe file. Throws where it is neither, or an option does not suit it. */
export const planFor = (what: string, options: TrainOptions): Promise<Plan> => {
  const task = tasks.find(({ name }) => name === what);
  if (task) return planTask(task, options);
  if (/\.[mc]?[jt]s$/.test(what)) return planRecipe(what, options);
  throw new UsageError(
    `train ${what}: neither a task (${tasks.map(({ name }) => name).join(", ")}) nor a recipe file (recipe.ts)`,
  );
};
