import { Command, Option } from "commander";
import { fit } from "../../train/fit.js";
import { type Run, TrainingDiverged } from "../../train/run.js";
import { RunFolder } from "../../train/run-folder.js";
import { saveRun } from "../../train/save.js";
import { version } from "../../version.js";
import { interruptible } from "../interrupt.js";
import { optimizers, schedules } from "../optimizers.js";
import { notNegative, positive, seed, sizes, whole } from "../options.js";
import { count, exitCodes, percent, say, sayJson } from "../output.js";
import { given, type Plan, planFor, type TrainOptions } from "../plan.js";
import { showProgress } from "../progress.js";
import { taskHelp } from "../tasks/tasks.js";

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
  ...given({ sharpness: run.epochs.findLast(({ sharpness }) => sharpness !== undefined)?.sharpness }),
  run: folder.path,
  model: folder.file("model.onnx"),
  report: folder.file("report.html"),
});

/** How many of the training examples are set aside for validation. */
const setAside = ({ data, validation = 0 }: Plan): number =>
  data.validation?.size ?? (validation < 1 ? Math.round(validation * data.train.size) : validation);

const announce = (plan: Plan, json: boolean) => {
  const { train, validation, test } = plan.data;
  const aside = setAside(plan);
  const sizes = [
    `${count(validation ? train.size : train.size - aside)} examples to train on`,
    ...(aside ? [`${count(aside)} to watch`] : []),
    ...(test ? [`${count(test.size)} to test on`] : []),
  ];
  say(`Steepest ${version}: ${plan.name}, ${sizes.join(", ")}`, json);
  const chosen = Object.entries(plan.described).map(([key, value]) => `${key} ${value}`);
  say(
    `${chosen.join(" · ")} · ${plan.epochs ?? 10} epochs of batches of ${plan.batchSize ?? 128} · seed ${plan.seed ?? 0}\n`,
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
    `\ninputs  ${run.preprocessing.text}\nrun     ${folder.path}\nreport  ${folder.file("report.html")}   (open it in a browser)\nmodel   ${folder.file("model.onnx")}`,
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
  const { threads, earlyStopping, sharpness } = options;
  const config = {
    task: what,
    ...plan.described,
    ...given({ epochs, batchSize, seed, validation, data: options.data, threads, earlyStopping, sharpness }),
  };
  const folder = await RunFolder.create(options.out, plan.name, {
    ...config,
    version,
    node: process.version,
  });
  const show = showProgress(json ? process.stderr : process.stdout);
  const { signal, stop } = interruptible();
  const { data, network, name, described, ...fitOptions } = plan;
  let begun = false;
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
          begun = true;
          if (progress.kind === "epoch") folder.append(progress.record);
          show(progress);
        },
      }),
    );
    if (json) sayJson(summary(run, folder));
    if (run.stopped === "aborted") process.exitCode = exitCodes.interrupted;
  } catch (error) {
    if (error instanceof TrainingDiverged) await finish(error.run);
    else if (!begun) await folder.remove();
    throw error;
  } finally {
    stop();
  }
};

export const trainCommand = (): Command =>
  new Command("train")
    .summary("train a network and write a run folder")
    .description(
      `Trains a network and writes a run folder: config.json, metrics.jsonl, model.onnx and report.html.\n\n${taskHelp()}\n  file.ts  a recipe: a TypeScript file that exports defineRecipe({ … })`,
    )
    .argument("[task]", "digits, mnist, toy, or a recipe file", "digits")
    .option("--layers <sizes>", 'units of the hidden layers, such as 512,512, or "none"', sizes)
    .option("--optimizer <name>", `${Object.keys(optimizers).join(", ")} (default adam)`)
    .option("--learning-rate <number>", "default: what suits the optimiser", positive)
    .option("--schedule <name>", `${Object.keys(schedules).join(", ")} (default cosine)`)
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
    .option("--threads <n>", "threads for the engine (default: all cores, one for small networks)", whole)
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
