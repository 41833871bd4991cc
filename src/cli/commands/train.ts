import { Command, Option } from "commander";
import type { Dataset } from "../../data/dataset.js";
import { l2 } from "../../optim/compositions/penalties.js";
import { maxNorm } from "../../optim/constraints.js";
import { type Composition, onWeights, type RuleFor, weightDecay } from "../../optim/index.js";
import { fit } from "../../train/fit.js";
import type { FitOptions, Splits } from "../../train/options.js";
import type { Recipe } from "../../train/recipe.js";
import { type Run, TrainingDiverged } from "../../train/run.js";
import { RunFolder } from "../../train/run-folder.js";
import { saveRun } from "../../train/save.js";
import { version } from "../../version.js";
import { interruptible } from "../interrupt.js";
import { optimizers, schedules } from "../optimizers.js";
import { notNegative, positive, seed, sizes, whole } from "../options.js";
import { count, exitCodes, percent, say, sayJson, UsageError } from "../output.js";
import { showProgress } from "../progress.js";
import { loadRecipe } from "../recipe-file.js";
import { parseKeep, reluNetwork } from "../tasks/network.js";
import { type Task, tasks } from "../tasks/tasks.js";

interface TrainOptions {
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
  readonly threads?: number;
  readonly out: string;
  readonly json?: boolean;
}

/** What is to be trained: a recipe with its data loaded, and how to describe it. */
interface Plan extends FitOptions {
  readonly name: string;
  readonly data: Splits;
  readonly network: Recipe["network"];
  /** What was chosen, for the person and for config.json. */
  readonly described: Readonly<Record<string, string | number>>;
}

const choose = <Choice>(option: string, choices: Readonly<Record<string, Choice>>, name: string): Choice => {
  const choice = choices[name];
  if (choice === undefined) {
    throw new UsageError(
      `${option} ${name}: there is none of that name; choose from ${Object.keys(choices).join(", ")}`,
    );
  }
  return choice;
};

/** Leaves out what was not given, so that defaults apply. */
const given = <T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
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
    data: "train" in data ? data : { train: data },
    described: { recipe: file },
  };
};

const planFor = (what: string, options: TrainOptions): Promise<Plan> => {
  const task = tasks.find(({ name }) => name === what);
  if (task) return planTask(task, options);
  if (/\.[mc]?[jt]s$/.test(what)) return planRecipe(what, options);
  throw new UsageError(
    `train ${what}: neither a task (${tasks.map(({ name }) => name).join(", ")}) nor a recipe file (recipe.ts)`,
  );
};

const summary = (run: Run, folder: RunFolder) => ({
  stopped: run.stopped,
  epochs: run.epochs.length,
  ...(run.bestEpoch === undefined ? {} : { bestEpoch: run.bestEpoch }),
  seconds: Number(run.seconds.toFixed(3)),
  samplesPerSecond: Math.round(run.epochs.at(-1)?.samplesPerSecond ?? 0),
  ...(run.epochs.at(-1)?.validation?.error === undefined
    ? {}
    : { validationError: run.epochs.at(-1)?.validation?.error }),
  ...(run.test
    ? { testLoss: run.test.loss, ...(run.test.error === undefined ? {} : { testError: run.test.error }) }
    : {}),
  run: folder.path,
  model: folder.file("model.onnx"),
  report: folder.file("report.html"),
});

const announce = (plan: Plan, json: boolean) => {
  const { train, test } = plan.data;
  const described = Object.entries(plan.described).map(([key, value]) => `${key} ${value}`);
  say(
    `Steepest ${version}: ${train.name}, ${count(train.size)} examples to train on${test ? `, ${count(test.size)} to test on` : ""}`,
    json,
  );
  say(
    `${described.join(" · ")} · ${plan.epochs ?? 10} epochs of batches of ${plan.batchSize ?? 128} · seed ${plan.seed ?? 0}\n`,
    json,
  );
};

const conclude = (run: Run, folder: RunFolder, example: string | undefined, json: boolean) => {
  const { test } = run;
  const ending = {
    completed: "",
    early: " (stopped early, best weights kept)",
    aborted: " (ended by you; what was learned is kept)",
    diverged: "",
  };
  if (test?.error !== undefined)
    say(
      `\ntest error ${percent(test.error)}, loss ${test.loss.toFixed(4)}, after ${run.seconds.toFixed(1)} s of training${ending[run.stopped]}`,
      json,
    );
  else if (test)
    say(
      `\ntest loss ${test.loss.toFixed(6)}, after ${run.seconds.toFixed(1)} s of training${ending[run.stopped]}`,
      json,
    );
  else say(`\ntrained for ${run.seconds.toFixed(1)} s${ending[run.stopped]}`, json);
  say(
    `\nrun     ${folder.path}\nreport  ${folder.file("report.html")}   (open it in a browser)\nmodel   ${folder.file("model.onnx")}`,
    json,
  );
  say(`\nnext    npx steepest inspect ${folder.file("model.onnx")}`, json);
  if (example) say(`        npx steepest predict ${folder.file("model.onnx")} ${example}`, json);
};

const train = async (what: string, options: TrainOptions): Promise<void> => {
  const json = options.json === true;
  const plan = await planFor(what, options);
  announce(plan, json);
  const startedAt = new Date();
  const { epochs, batchSize, seed, validation } = plan;
  const { threads, earlyStopping } = options;
  const config = {
    task: what,
    ...plan.described,
    ...given({ epochs, batchSize, seed, validation, data: options.data, threads, earlyStopping }),
  };
  const folder = await RunFolder.create(options.out, plan.name, {
    ...config,
    version,
    node: process.version,
  });
  const show = showProgress(json ? process.stderr : process.stdout);
  const { signal, stop } = interruptible();
  const { data, network, ...fitOptions } = plan;
  const finish = async (run: Run) => {
    const { example } = await saveRun(run, folder, { title: plan.name, startedAt, config });
    conclude(run, folder, example, json);
    return run;
  };
  try {
    const run = await finish(
      await fit(network, data, {
        ...fitOptions,
        signal,
        onProgress: (progress) => {
          if (progress.kind === "epoch") folder.append(progress.record);
          show(progress);
        },
      }),
    );
    if (json) sayJson(summary(run, folder));
    if (run.stopped === "aborted") process.exitCode = exitCodes.interrupted;
  } catch (error) {
    if (error instanceof TrainingDiverged) await finish(error.run);
    throw error;
  } finally {
    stop();
  }
};

export const trainCommand = (): Command =>
  new Command("train")
    .summary("train a network and write a run folder")
    .description(
      `Trains a network and writes a run folder: config.json, metrics.jsonl, model.onnx and report.html.\n\nTasks:\n${tasks.map(({ name, describe }) => `  ${name.padEnd(8)} ${describe}`).join("\n")}\n  file.ts  a recipe: a TypeScript file that exports defineRecipe({ … })`,
    )
    .argument("[task]", "digits, mnist, toy, or a recipe file", "digits")
    .option("--layers <sizes>", 'units of the hidden layers, such as 512,512, or "none"', sizes)
    .option("--optimizer <name>", `${Object.keys(optimizers).join(", ")} (default adam)`)
    .option("--learning-rate <number>", "default: what suits the optimiser", positive)
    .option("--schedule <name>", `${Object.keys(schedules).join(", ")} (default cosine)`)
    .option("--keep <p>", 'dropout: probability of keeping a hidden unit, or "input,hidden" such as 0.8,0.5')
    .option("--max-norm <limit>", "largest norm of a unit's incoming weights", positive)
    .option("--weight-decay <lambda>", "decoupled weight decay on the weights", notNegative)
    .option("--l2 <lambda>", "L2 penalty on the weights, lambda times the sum of squares", notNegative)
    .option("--clip-norm <limit>", "largest norm of all gradients together", positive)
    .option("--epochs <n>", "passes over the training data", whole)
    .option("--batch-size <n>", "examples per update", whole)
    .option("--validation <n>", "share or number of training examples set aside for validation", notNegative)
    .option("--early-stopping <n>", "stop after n epochs without a better validation error", whole)
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .option("--data <path>", "the folder of MNIST's files; for toy: moons, circles, spirals, blobs")
    .option("--threads <n>", "threads for the engine (default: all cores)", whole)
    .addOption(new Option("--out <folder>", "where run folders are made").default("runs"))
    .option("--json", "progress on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
Examples:
  steepest train
  steepest train mnist --data ../shared/data/mnist --epochs 5
  steepest train digits --layers 1024,1024 --keep 0.8,0.5 --max-norm 2 --optimizer momentum
  steepest train recipe.ts --epochs 3`,
    )
    .action(train);
