import { join } from "node:path";
import { Command, Option } from "commander";
import { requireWritable } from "../../files.js";
import { optimizerNames } from "../../optim/optimizers.js";
import type { Callback } from "../../train/callbacks.js";
import { fit } from "../../train/fit.js";
import type { RecordOptions } from "../../train/record.js";
import { type Run, TrainingDiverged } from "../../train/run.js";
import { RunFolder } from "../../train/run-folder.js";
import { saveRun } from "../../train/save.js";
import { version } from "../../version.js";
import { awaited } from "../awaited.js";
import { interruptible } from "../interrupt.js";
import { scheduleNames } from "../optimizers.js";
import { notNegative, place, positive, seed, sizes, threads, whole } from "../options.js";
import { sayJson } from "../output.js";
import { given, planFor, type TrainOptions } from "../plan.js";
import { showProgress } from "../progress.js";
import { resolvedSettings } from "../settings.js";
import { defaultsHelp, taskHelp } from "../tasks/tasks.js";
import { announce, conclude, summary } from "../train-text.js";

/** Writes what a run leaves, in its folder or where there is room, and says so. Throws where that is not its folder. */
const finish = async (run: Run, folder: RunFolder, options: FinishOptions): Promise<void> => {
  const { json, diverged } = options;
  const { example, folder: left, problem } = await saveRun(run, folder, options);
  conclude(run, left, example, json);
  if (json) sayJson(summary(run, left, diverged));
  if (problem) throw problem;
};

type FinishOptions = RecordOptions & { readonly json: boolean };

const train = async (what: string, options: TrainOptions): Promise<void> => {
  const json = options.json === true;
  await requireWritable(options.out);
  const plan = await planFor(what, options);
  const { name, data, network, sources = [] } = plan;
  const config = { task: what, ...resolvedSettings(plan), ...given({ data: options.data }) };
  announce(plan, json);
  const startedAt = new Date();
  const folder = await RunFolder.create(options.out, name, { ...config, version, node: process.version });
  for (const { path, content } of sources) await folder.write(join("recipe", path), content);
  const { signal, setExitCode, stop } = interruptible();
  let begun = false;
  const saved: Callback = {
    onStepEnd: () => {
      begun = true;
    },
    onEpochEnd: (_, { record }) => folder.append(record),
  };
  const callbacks = [
    ...(plan.options.callbacks ?? []),
    saved,
    showProgress(json ? process.stderr : process.stdout),
  ];
  const ending = { title: name, startedAt, config, json };
  try {
    const training = fit(network, data, { ...plan.options, signal, callbacks });
    const run = await awaited("a batch of the data", training, { quiet: true });
    await finish(run, folder, ending);
    if (run.stopped === "aborted") setExitCode();
  } catch (error) {
    if (error instanceof TrainingDiverged)
      await finish(error.run, folder, { ...ending, diverged: error.message });
    else if (!begun) await folder.remove();
    throw plan.explain?.(error) ?? error;
  } finally {
    stop();
  }
};

export const trainCommand = (): Command =>
  new Command("train")
    .summary("train a network and write a run folder")
    .description(
      `Trains a network and writes a run folder: config.json, metrics.jsonl, model.onnx and report.html.\n\n${taskHelp()}\n  file.ts  a recipe: a TypeScript file that exports defineRecipe({ … })\n\n${defaultsHelp("layers", "keep", "epochs", "batch-size")}`,
    )
    .argument("[task]", "digits, mnist, toy, or a recipe file", "digits")
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
    .option("--epochs <n>", "passes over the training data", whole)
    .option("--batch-size <n>", "examples per update", whole)
    .option("--validation <n>", "share or number of training examples set aside for validation", notNegative)
    .option("--early-stopping <n>", "stop after n epochs without a better validation error", whole)
    .option("--sharpness <n>", "measure the largest eigenvalue of the Hessian every n epochs", whole)
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .option("--data <path>", "the folder of MNIST's files; for toy: moons, circles, spirals, blobs")
    .option("--threads <n>", "threads for the engine (default: all cores, one for small networks)", threads)
    .addOption(new Option("--out <folder>", "where run folders are made").argParser(place).default("runs"))
    .option("--json", "progress on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
Exit code: 0 done, 1 failed or diverged, 2 wrong use; 130 and 143 where Ctrl-C or SIGTERM ended it, and what was learned
is kept.

Examples:
  steepest train
  steepest train mnist --data ../shared/data/mnist --epochs 5
  steepest train digits --layers 1024,1024 --keep 0.8,0.5 --max-norm 2 --optimizer momentum
  steepest train recipe.ts --epochs 3`,
    )
    .action(train);
