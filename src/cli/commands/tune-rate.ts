import { basename, extname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "../../errors.js";
import { numberText, png } from "../../figures/index.js";
import { requireWritable, writeFileSafely } from "../../files.js";
import { missing } from "../../missing.js";
import { type OptimizerName, optimizerNames, optimizers } from "../../optim/optimizers.js";
import { number } from "../../report/format.js";
import { rateTestPicture } from "../../report/rate-test.js";
import { writeOrRescue } from "../../train/rescue.js";
import { requireSameQuestion, stemOf } from "../../train/result-file.js";
import { type RateTest, tuneRate } from "../../train/tune-rate.js";
import { version } from "../../version.js";
import { awaited } from "../awaited.js";
import { interruptible } from "../interrupt.js";
import { optimizerNamed } from "../optimizers.js";
import { place, positive, seed, sizes, testSteps, threads, whole } from "../options.js";
import { say, sayJson } from "../output.js";
import { given, isRecipe, type PlanOptions, planFor } from "../plan.js";
import { tableText } from "../table.js";
import { isTable } from "../table-options.js";
import { defaultsHelp, taskHelp } from "../tasks/tasks.js";

interface TuneRateCommandOptions
  extends Pick<PlanOptions, "layers" | "keep" | "batchSize" | "seed" | "data" | "threads"> {
  readonly json?: boolean;
  readonly optimizer: string;
  readonly from?: number;
  readonly to?: number;
  readonly steps?: number;
  readonly repeats?: number;
  readonly out: string;
}

/** About a dozen rates of the test, evenly spaced. */
const shortTable = ({ points, lowest, steepest }: RateTest): string => {
  const every = Math.max(1, Math.floor(points.length / 12));
  const mark = (point: (typeof points)[number]) =>
    point === lowest ? "lowest" : point === steepest ? "steepest" : "";
  const shown = points.filter((point, i) => i % every === 0 || mark(point) !== "");
  return tableText(
    ["learning rate", "loss", "smoothed", ""],
    shown.map((point) => [point.learningRate, point.loss, point.smoothed, mark(point)]),
  );
};

/** What the loss did up to the last rate, and whether larger ones are worth a try. */
const endText = ({ points, lowest, diverged }: RateTest, aborted: boolean): string => {
  const last = points.at(-1) ?? missing();
  if (diverged || aborted) return "";
  return points.indexOf(lowest) >= 0.9 * points.length
    ? `; that is near the last rate, ${number(last.learningRate)}, so try a larger --to`
    : `; at the last rate, ${number(last.learningRate)}, it is ${number(last.smoothed)}, at the lowest ${number(lowest.smoothed)}`;
};

/** Where the suggested rate goes: the rate of a recipe is in its file. */
const suggestionText = (rate: string, optimizer: OptimizerName, what: string): string =>
  isRecipe(what)
    ? `${rate}, to write into the recipe: optimizer: ${optimizers[optimizer].make.name}({ learningRate: ${rate} })`
    : `--learning-rate ${rate}`;

/** What the file of the result is called, and what it holds the answer to. */
const questionOf = (what: string, optimizer: string, options: TuneRateCommandOptions) => {
  const { layers, keep, batchSize, from, to, steps, repeats, data } = options;
  const settings = given({
    ...{ layers: layers && (layers.join("x") || "none"), keep, batchSize, from, to, steps, repeats },
    seed: options.seed,
  });
  const name = `tune-rate-${basename(what, extname(what))}-${optimizer}`;
  return {
    stem: stemOf(name, { ...settings, data: data && basename(resolve(data)) }),
    asked: {
      task: isRecipe(what) ? resolve(what) : what,
      optimizer,
      ...settings,
      data: data && resolve(data),
    },
  };
};

const save = async (stem: string, test: RateTest, record: object, title: string) => {
  const picture = await rateTestPicture(test, title);
  const files = { json: `${stem}.json`, svg: `${stem}.svg`, png: `${stem}.png` };
  await writeFileSafely(files.json, `${JSON.stringify({ version, ...record }, undefined, 1)}\n`);
  await writeFileSafely(files.svg, picture.svg);
  await writeFileSafely(files.png, await png(picture));
  return files;
};

const run = async (what: string, options: TuneRateCommandOptions): Promise<void> => {
  const json = options.json === true;
  const optimizer = optimizerNamed(options.optimizer);
  const { layers, keep, batchSize, data, threads, from, to, steps, repeats, out } = options;
  if ((from ?? 1e-6) >= (to ?? 10)) {
    throw new UsageError(`tune-rate: --from ${from ?? 1e-6} --to ${to ?? 10}; give the smaller rate first`);
  }
  const { stem, asked } = questionOf(what, optimizer, options);
  await requireWritable(out);
  await requireSameQuestion(join(out, `${stem}.json`), asked);
  if (isTable(what)) {
    throw new UsageError(
      `${what}: tune-rate takes a task or a recipe; a table becomes a dataset in a recipe (examples/recipe.ts)`,
    );
  }
  const plan = await planFor(what, given({ layers, keep, batchSize, seed: options.seed, data, threads }));
  const { data: splits, network, described, name } = plan;
  const { optimizer: _own, epochs, validation, earlyStopping, sharpness, ...fitting } = plan.options;
  say(
    `${described.network ?? name} on ${splits.train.name}, ${optimizer}, batches of ${fitting.batchSize ?? 128}, seed ${fitting.seed ?? 0}\n`,
    json,
  );
  const { signal, setExitCode, stop } = interruptible();
  try {
    const testing = tuneRate(network, splits, {
      ...fitting,
      ...given({ from, to, steps, repeats }),
      optimizer: (learningRate) => optimizers[optimizer].make({ learningRate }),
      signal,
    });
    const test = await awaited("a batch of the data", testing, { quiet: true });
    const { suggestion, lowest, steepest, diverged } = test;
    say(shortTable(test), json);
    say(
      `\nthe smoothed loss is lowest at ${numberText(lowest.learningRate, 2)} and falls fastest at ${numberText(steepest.learningRate, 2)}${endText(test, signal.aborted)}`,
      json,
    );
    say(
      `suggestion: ${suggestionText(String(Number(suggestion.toPrecision(2))), optimizer, what)} (a tenth of the lowest${signal.aborted ? " so far: ended before the last rate" : ""})`,
      json,
    );
    const record = {
      ...{ task: name, optimizer, suggestion, lowest: lowest.learningRate },
      ...{ steepest: steepest.learningRate, diverged, points: test.points },
    };
    const title = `Learning-rate range test: ${optimizer} on ${name}`;
    const { result: files, problem } = await writeOrRescue(out, (folder) =>
      save(join(folder, stem), test, { asked, ...record }, title),
    );
    say(`\nwritten: ${Object.values(files).join(", ")}`, json);
    if (json) sayJson({ ...record, files });
    if (problem) throw problem;
  } catch (error) {
    throw plan.explain?.(error) ?? error;
  } finally {
    // Ended by a signal, the test says what it has measured by then, or that it is too little.
    if (signal.aborted) setExitCode();
    stop();
  }
};

export const tuneRateCommand = (): Command =>
  new Command("tune-rate")
    .description(
      `Learning-rate range test: trains for a few hundred steps while the rate grows from step to step, draws the loss against it, and suggests a tenth of the rate at which the loss is lowest. Nothing of the training is kept.\n\n${taskHelp()}\n  file.ts  a recipe; its optimiser is replaced by --optimizer\n\n${defaultsHelp("layers", "keep", "batch-size")}`,
    )
    .argument("[task]", "digits, mnist, toy, or a recipe file", "digits")
    .addOption(new Option("--optimizer <name>", optimizerNames.join(", ")).default("adam"))
    .option("--layers <sizes>", 'units of the hidden layers, such as 512,512, or "none"', sizes)
    .option("--keep <p>", 'dropout: probability of keeping a hidden unit, or "input,hidden"')
    .option("--batch-size <n>", "examples per update", whole)
    .option("--from <rate>", "the first rate (default 1e-6)", positive)
    .option("--to <rate>", "the last rate (default 10)", positive)
    .option("--steps <n>", "steps from the first to the last (default 200)", testSteps)
    .option("--repeats <n>", "repetitions that are averaged (default 3)", whole)
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .option("--data <path>", "the folder of MNIST's files; for toy: moons, circles, spirals, blobs")
    .option("--threads <n>", "threads for the engine (default: all cores, one for small networks)", threads)
    .addOption(
      new Option("--out <folder>", "where the picture and the numbers are written")
        .argParser(place)
        .default("runs"),
    )
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addHelpText("after", "\nExample:\n  steepest tune-rate digits --optimizer momentum")
    .action(run);
