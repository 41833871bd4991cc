import { Command, Option } from "commander";
import { UsageError } from "../../errors.js";
import { requireWritable } from "../../files.js";
import { optimizerNames } from "../../optim/optimizers.js";
import { RunFolder } from "../../train/run-folder.js";
import { carryOut } from "../carry-out.js";
import { newFoldsFolder, trainFolds } from "../folds.js";
import { withinMinutes } from "../minutes.js";
import { scheduleNames } from "../optimizers.js";
import { notNegative, place, positive, seed, sizes, threads, whole } from "../options.js";
import { type PlanOptions, planFor } from "../plan.js";
import { withTableOptions } from "../table-options.js";
import { augmentationHelp } from "../tasks/augmentations.js";
import { modelHelp, modelNames } from "../tasks/models.js";
import { defaultsHelp, taskHelp, tasks } from "../tasks/tasks.js";
import { type Tracker, trackersFrom } from "../trackers.js";

interface TrainOptions extends PlanOptions {
  readonly minutes?: number;
  readonly folds?: number;
  readonly out: string;
  readonly checkpointEvery: number;
  readonly tracker: readonly Tracker[];
  readonly json?: boolean;
}

/** The options with a path that was given beside the task. */
const withPath = (task: string, path: string | undefined, options: PlanOptions): PlanOptions => {
  if (path === undefined) return options;
  if (options.data !== undefined)
    throw new UsageError(`${task} ${path} --data ${options.data}: give the data once`);
  return { ...options, data: path };
};

const train = async (
  task: string,
  path: string | undefined,
  { out, json = false, checkpointEvery, minutes, folds, tracker: trackers, ...asked }: TrainOptions,
): Promise<void> => {
  await requireWritable(out);
  const told = withPath(task, path, asked);
  if (folds !== undefined) {
    if (minutes !== undefined)
      throw new UsageError(`--minutes ${minutes} is for one training; with --folds give --epochs`);
    const command = { task, options: told, checkpointEvery, trackers };
    return trainFolds(await newFoldsFolder(out, { ...command, folds }), { json });
  }
  const options = minutes === undefined ? told : await withinMinutes(task, told, minutes, json);
  const plan = await planFor(task, options);
  await carryOut(
    plan,
    { task, options, checkpointEvery, trackers },
    { json, makeFolder: (config) => RunFolder.create(out, plan.name, config) },
  );
};

export const trainCommand = (): Command =>
  withTableOptions(new Command("train"))
    .description(
      `Trains a network and writes a run folder: config.json, metrics.jsonl, metrics.csv, checkpoints, model.onnx and report.html.\n\n  data.csv a table, with --target: the column to predict\n${taskHelp()}\n  file.ts  a recipe: a TypeScript file that exports defineRecipe({ … })\n\n${defaultsHelp("layers", "keep", "model", "epochs", "batch-size")}\n\n${modelHelp()}`,
    )
    .argument(
      "[task]",
      `${tasks.map(({ name }) => name).join(", ")}, a table (CSV, JSON Lines or Parquet), or a recipe file`,
      "digits",
    )
    .argument("[data]", "where its data are, as --data")
    .option("--model <name>", `the network: ${modelNames.join(", ")}; for tables network or linear`)
    .option("--layers <sizes>", 'units of the hidden layers, such as 512,512, or "none"', sizes)
    .option("--optimizer <name>", `${optimizerNames.join(", ")} (default adam)`)
    .option("--learning-rate <number>", "default: what suits the optimiser", positive)
    .option("--schedule <name>", `${scheduleNames.join(", ")} (default cosine)`)
    .option("--keep <p>", 'dropout: probability of keeping a hidden unit, or "input,hidden" such as 0.8,0.5')
    .option("--max-norm <limit>", "largest norm of a unit's incoming weights", positive)
    .option(
      "--weight-decay <lambda>",
      "decoupled weight decay on the weights, which shrink by 2·rate·lambda a step",
      notNegative,
    )
    .option("--l2 <lambda>", "L2 penalty on the weights, lambda times the sum of squares", notNegative)
    .option("--clip-norm <limit>", "largest norm of all gradients together", positive)
    .option("--augment <name>", `changes training pictures: ${augmentationHelp}`)
    .option(
      "--tta <views>",
      'views of a picture over which the network answers in use: "flip", "shift", "flip,shift" or "none"',
    )
    .option("--epochs <n>", "passes over the training data", whole)
    .option(
      "--minutes <n>",
      "in place of epochs: how long it may take; the epochs, and for pictures the network, follow from a few steps that are measured",
      positive,
    )
    .option(
      "--folds <k>",
      "cross-validation: k trainings, each tested on another k-th of the examples (of a task, of its training part); a folder with a run folder each",
      whole,
    )
    .option("--batch-size <n>", "examples per update", whole)
    .option("--validation <n>", "share or number of training examples set aside for validation", notNegative)
    .option("--early-stopping <n>", "stop after n epochs without a better validation error", whole)
    .option("--sharpness <n>", "measure the largest eigenvalue of the Hessian every n epochs", whole)
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .option(
      "--data <path>",
      "where the data are: MNIST's folder, a folder or file of pictures; for toy: moons, circles, spirals, blobs",
    )
    .option(
      "--size <pixels>",
      "images: the side that all pictures get (default: their own, or the smallest)",
      whole,
    )
    .addOption(
      new Option(
        "--on-bad <what>",
        "images: what becomes of a picture that does not decode (default refuse)",
      ).choices(["refuse", "skip"]),
    )
    .option("--image-column <name>", "images: the column of Parquet files that holds the pictures")
    .option("--label-column <name>", "images: the column of Parquet files that holds the classes")
    .addOption(
      new Option(
        "--checkpoint-every <minutes>",
        "how often checkpoints are written within an epoch, from which `steepest resume` goes on; 0 for none",
      )
        .argParser(notNegative)
        .default(5),
    )
    .addOption(
      new Option(
        "--tracker <list>",
        "tell trackers too: tensorboard, tensorboard=folder, mlflow, mlflow=http://host:port, several by commas (metrics.csv and metrics.jsonl are written always)",
      )
        .argParser(trackersFrom)
        .default([], "none"),
    )
    .option("--threads <n>", "threads for the engine (default: all cores, one for small networks)", threads)
    .addOption(new Option("--out <folder>", "where run folders are made").argParser(place).default("runs"))
    .option("--json", "progress on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
A training that was killed, or ended by Ctrl-C, goes on where it was: steepest resume <run folder>.

Exit code: 0 done, 1 failed or diverged, 2 wrong use; 130 and 143 where Ctrl-C or SIGTERM ended it, and what was learned
is kept.

Examples:
  steepest train
  steepest train houses.csv --target price
  steepest train houses.csv --target price --folds 5
  steepest train mnist --data ../shared/data/mnist --epochs 5
  steepest train mnist --model lenet --data ../shared/data/mnist --epochs 5
  steepest train images photos --minutes 10
  steepest train cifar10 --data ../shared/data/cifar10 --minutes 30
  steepest train digits --layers 1024,1024 --keep 0.8,0.5 --max-norm 2 --optimizer momentum
  steepest train recipe.ts --epochs 3
  steepest train --tracker tensorboard,mlflow=http://localhost:5000`,
    )
    .action(train);
