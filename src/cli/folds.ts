import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import { makeNewFolder, remove, writeFileSafely } from "../files.js";
import { missing } from "../missing.js";
import { duration, number, percent } from "../report/format.js";
import { interval, mean, standardError, studentQuantile } from "../statistics.js";
import { folderName, RunFolder } from "../train/run-folder.js";
import { carryOut, type TrainCommand } from "./carry-out.js";
import { count, say, sayJson } from "./output.js";
import { isRecipe, type PlanOptions, planFor } from "./plan.js";
import { resumeRun } from "./resume-run.js";
import { factText } from "./run-folders/facts.js";
import { type RunEntry, readRun } from "./run-folders/read.js";
import { tableText } from "./table.js";
import { isTable } from "./table-options.js";
import { trackerSchema } from "./trackers.js";
import { readWritten } from "./written.js";

/** A cross-validation: its folder, and how it was asked for. */
export interface Folds {
  readonly path: string;
  readonly command: TrainCommand & { readonly folds: number; readonly folder: string };
}

const foldsSchema = z.object({
  task: z.string(),
  options: z.looseObject({}),
  checkpointEvery: z.number(),
  trackers: z.array(trackerSchema),
  folds: z.number(),
  folder: z.string(),
});

const fileName = "folds.json";

/** What a task is called in the name of a folder. */
const nameOf = (task: string): string =>
  isTable(task) || isRecipe(task) ? basename(task).replace(/\..*$/, "") : task;

/** Makes the folder of a cross-validation, `<out>/<time>-<name>-5-folds`, and writes there how it was asked for. */
export const newFoldsFolder = async (
  out: string,
  command: TrainCommand & { readonly folds: number },
): Promise<Folds> => {
  const { task, folds } = command;
  if (folds < 2) throw new SteepestError(`--folds ${folds}: give at least 2`);
  const path = await makeNewFolder(join(out, folderName(`${nameOf(task)}-${folds}-folds`, new Date())));
  const whole = { ...command, folder: process.cwd() };
  await writeFileSafely(join(path, fileName), `${JSON.stringify(whole, null, 2)}\n`);
  return { path, command: whole };
};

/** The cross-validation whose folder a path is; undefined where it is none. */
export const foldsFolderAt = async (path: string): Promise<Folds | undefined> => {
  const command = await readWritten(join(path, fileName), foldsSchema, "steepest train --folds");
  return command && { path: resolve(path), command: { ...command, options: command.options as PlanOptions } };
};

const folderOf = ({ path }: Folds, fold: number): string => join(path, `fold-${fold}`);

const isDone = ({ status }: RunEntry): boolean =>
  status === "completed" || status === "early" || status === "stopped";

/** Trains one fold, or goes on with it. */
const trainFold = async (folds: Folds, fold: number, json: boolean): Promise<RunEntry> => {
  const { command } = folds;
  const path = folderOf(folds, fold);
  const read = () => readRun(path, basename(path));
  if (existsSync(join(path, "config.json"))) {
    const before = await read();
    if (isDone(before)) return before;
    say(`\nfold ${fold} of ${command.folds}, from its last checkpoint`, json);
    await resumeRun(path, { json, quiet: true });
    return read();
  }
  // What was killed before it began.
  if (existsSync(path)) await remove(path);
  say(`\nfold ${fold} of ${command.folds}`, json);
  const options = { ...command.options, fold: { fold, of: command.folds } };
  const plan = await planFor(command.task, options);
  const makeFolder = (config: unknown) => RunFolder.createAt(path, config);
  await carryOut(plan, { ...command, options }, { json, quiet: true, makeFolder });
  return read();
};

const sizeOf = ({ tested }: RunEntry): number => tested?.examples ?? missing();

/** How wrong models are, by the best that all runs tell. */
const measures = ["error", "rmse", "loss"] as const;
type Measure = (typeof measures)[number];

const measureOf = (runs: readonly RunEntry[]): Measure =>
  measures.find((measure) => runs.every(({ facts }) => facts[`test.${measure}`] !== undefined)) ?? "loss";

/** What all folds come to. */
interface Outcome {
  readonly measure: Measure;
  readonly examples: number;
  /** Over the examples of all folds, each tested once. Errors are shares. */
  readonly pooled: number;
  /** 95 %: of an error that of a share, else Student's t of the folds. */
  readonly low: number;
  readonly high: number;
  /** Mean and standard deviation of the folds. */
  readonly mean: number;
  readonly deviation: number;
}

const outcomeOf = (runs: readonly RunEntry[]): Outcome => {
  const measure = measureOf(runs);
  const examples = runs.reduce((sum, run) => sum + sizeOf(run), 0);
  const values = runs.map(
    ({ facts }) => (facts[`test.${measure}`] ?? missing()) / (measure === "error" ? 100 : 1),
  );
  const pool = (of: readonly number[]) =>
    of.reduce((sum, value, i) => sum + (value * sizeOf(runs[i] ?? missing())) / examples, 0);
  const pooled = measure === "rmse" ? Math.sqrt(pool(values.map((value) => value ** 2))) : pool(values);
  const average = mean(values);
  const reach = studentQuantile(values.length - 1) * standardError(values);
  const [low, high] = measure === "error" ? interval(pooled, examples) : [average - reach, average + reach];
  const deviation = standardError(values) * Math.sqrt(values.length);
  return { measure, examples, pooled, low, high, mean: average, deviation };
};

const outcomeText = ({ measure, pooled, low, high, mean: average, deviation, examples }: Outcome): string => {
  const [text, name] =
    measure === "error"
      ? [percent, "error"]
      : [number, measure === "rmse" ? "root-mean-square error" : "loss"];
  return [
    `test ${name} ${text(pooled)} over all ${count(examples)} examples, each tested once by a model that has not seen it`,
    measure === "error"
      ? `95 % interval ${text(low)} to ${text(high)}, a little too narrow: the models share most of their training examples`
      : `${text(average)} on average over the folds, 95 % interval ${text(low)} to ${text(high)} (Student's t), a little too narrow: the models share most of their training examples`,
    `${text(deviation)} standard deviation from fold to fold`,
  ].join("\n");
};

const foldsTable = (runs: readonly RunEntry[]): string => {
  const told = measures.filter((each) => runs.every(({ facts }) => facts[`test.${each}`] !== undefined));
  return tableText(
    ["fold", "examples", ...told.map((each) => `test ${each}`), "epochs", "time"],
    runs.map((run, i) => [
      i + 1,
      count(sizeOf(run)),
      ...told.map((each) => factText(`test.${each}`, run.facts[`test.${each}`] ?? missing())),
      run.facts.epochs ?? "–",
      duration(run.facts.seconds ?? Number.NaN),
    ]),
  );
};

/** Trains every fold that is left, one after another, and says what all of them come to. */
export const trainFolds = async (folds: Folds, { json }: { readonly json: boolean }): Promise<void> => {
  try {
    await trainLeft(folds, json);
  } catch (error) {
    // A folder in which nothing could begin.
    if (!existsSync(folderOf(folds, 1))) await remove(folds.path);
    throw error;
  }
};

const trainLeft = async (folds: Folds, json: boolean): Promise<void> => {
  const { path, command } = folds;
  if (!existsSync(command.folder))
    throw new SteepestError(
      `${path}: it was begun in ${command.folder}, which is not there any more; its paths begin there`,
    );
  process.chdir(command.folder);
  const runs: RunEntry[] = [];
  for (let fold = 1; fold <= command.folds; fold++) {
    const run = await trainFold(folds, fold, json);
    if (!isDone(run)) {
      say(`\n${runs.length} of ${command.folds} folds are done\n\nnext    npx steepest resume ${path}`, json);
      return;
    }
    runs.push(run);
  }
  const outcome = outcomeOf(runs);
  await writeFileSafely(
    join(path, "result.json"),
    `${JSON.stringify({ ...outcome, folds: runs.map(({ name, facts, tested }) => ({ name, examples: tested?.examples, ...facts })) }, null, 2)}\n`,
  );
  say(`\n${foldsTable(runs)}\n\n${outcomeText(outcome)}\n\nruns    ${path}`, json);
  if (json) sayJson({ ...outcome, folds: runs.map(({ path: of, facts }) => ({ run: of, ...facts })), path });
};
