import { join } from "node:path";
import { Command, Option } from "commander";
import { png } from "../../figures/index.js";
import { rateTestPicture } from "../../report/rate-test.js";
import { writeFileSafely } from "../../train/files.js";
import { type RateTest, tuneRate } from "../../train/tune-rate.js";
import { interruptible } from "../interrupt.js";
import { optimizers } from "../optimizers.js";
import { positive, seed, sizes, whole } from "../options.js";
import { say, sayJson } from "../output.js";
import { choose, given, planFor, type TrainOptions } from "../plan.js";
import { tableText } from "../table.js";
import { taskHelp } from "../tasks/tasks.js";

interface TuneRateCommandOptions
  extends Pick<TrainOptions, "layers" | "keep" | "batchSize" | "seed" | "data" | "threads" | "json"> {
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

const run = async (what: string, options: TuneRateCommandOptions): Promise<void> => {
  const json = options.json === true;
  const { make } = choose("--optimizer", optimizers, options.optimizer);
  const { layers, keep, batchSize, data, threads, from, to, steps, repeats, out } = options;
  const plan = await planFor(what, {
    ...given({ layers, keep, batchSize, seed: options.seed, data, threads }),
    out,
  });
  const { data: splits, network, described, name } = plan;
  const { penalty, constraint, clipNorm, preprocess, initialization, loss, engine } = plan;
  say(
    `${described.network ?? name} on ${splits.train.name}, ${options.optimizer}, batches of ${plan.batchSize ?? 128}, seed ${plan.seed ?? 0}\n`,
    json,
  );
  const { signal, stop } = interruptible();
  try {
    const test = await tuneRate(network, splits, {
      ...given({ penalty, constraint, clipNorm, preprocess, initialization, loss, engine }),
      ...given({
        batchSize: plan.batchSize,
        seed: plan.seed,
        threads: plan.threads,
        from,
        to,
        steps,
        repeats,
      }),
      optimizer: (learningRate) => make({ learningRate }),
      signal,
    });
    const picture = await rateTestPicture(test, `Learning-rate range test: ${options.optimizer} on ${name}`);
    const base = join(out, `tune-rate-${name}-${options.optimizer}`);
    const files = { svg: `${base}.svg`, png: `${base}.png` };
    await writeFileSafely(files.svg, picture.svg);
    await writeFileSafely(files.png, await png(picture));
    const { suggestion, lowest, steepest, diverged } = test;
    say(shortTable(test), json);
    say(
      `\nthe smoothed loss is lowest at ${lowest.learningRate.toPrecision(2)} and falls fastest at ${steepest.learningRate.toPrecision(2)}${diverged ? "" : "; it never blew up, so try a larger --to"}`,
      json,
    );
    say(`suggestion: --learning-rate ${suggestion.toPrecision(2)}, a tenth of the lowest`, json);
    say(`\nwritten: ${Object.values(files).join(", ")}`, json);
    if (json)
      sayJson({
        task: name,
        optimizer: options.optimizer,
        suggestion,
        lowest: lowest.learningRate,
        steepest: steepest.learningRate,
        diverged,
        points: test.points,
        files,
      });
  } finally {
    stop();
  }
};

export const tuneRateCommand = (): Command =>
  new Command("tune-rate")
    .summary("find a learning rate by a range test")
    .description(
      `Learning-rate range test: trains for a few hundred steps while the rate grows from step to step, draws the loss against it, and suggests a tenth of the rate at which the loss is lowest. Nothing of the training is kept.\n\n${taskHelp()}\n  file.ts  a recipe; its optimiser is replaced by --optimizer`,
    )
    .argument("[task]", "digits, mnist, toy, or a recipe file", "digits")
    .addOption(new Option("--optimizer <name>", Object.keys(optimizers).join(", ")).default("adam"))
    .option("--layers <sizes>", 'units of the hidden layers, such as 512,512, or "none"', sizes)
    .option("--keep <p>", 'dropout: probability of keeping a hidden unit, or "input,hidden"')
    .option("--batch-size <n>", "examples per update", whole)
    .option("--from <rate>", "the first rate (default 1e-6)", positive)
    .option("--to <rate>", "the last rate (default 10)", positive)
    .option("--steps <n>", "steps from the first to the last (default 200)", whole)
    .option("--repeats <n>", "repetitions that are averaged (default 3)", whole)
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .option("--data <path>", "the folder of MNIST's files; for toy: moons, circles, spirals, blobs")
    .option("--threads <n>", "threads for the engine (default: all cores, one for small networks)", whole)
    .addOption(new Option("--out <folder>", "where the picture is written").default("runs"))
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addHelpText("after", "\nExample:\n  steepest tune-rate digits --optimizer momentum")
    .action(run);
