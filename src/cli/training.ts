import type { Callback } from "../train/callbacks.js";
import { fit } from "../train/fit.js";
import type { RecordOptions } from "../train/record.js";
import { type Run, TrainingDiverged } from "../train/run.js";
import type { RunFolder } from "../train/run-folder.js";
import { saveRun } from "../train/save.js";
import { csvLog } from "../train/trackers/csv-log.js";
import { awaited } from "./awaited.js";
import { interruptible } from "./interrupt.js";
import { count, say, sayJson } from "./output.js";
import type { Plan } from "./plan.js";
import { showProgress } from "./progress.js";
import { note, type Tracker, trackerCallback } from "./trackers.js";
import { conclude, summary } from "./train-text.js";

/** How a plan is carried out in its run folder. */
export interface TrainingOptions {
  readonly json: boolean;
  /** Whether its line of JSON is left out: it is a part of something. @defaultValue false */
  readonly quiet?: boolean;
  /** What was chosen, for the report. */
  readonly config: RecordOptions["config"];
  readonly startedAt: Date;
  /** Minutes between two checkpoints within an epoch; 0 for none at all. */
  readonly checkpointEvery: number;
  /** Where training is told of, besides the run folder's own files. */
  readonly trackers: readonly Tracker[];
  /** Whether it goes on from the last checkpoint. */
  readonly resume: boolean;
}

/** Writes what a run leaves, in its folder or where there is room, and says so. Throws where that is not its folder. */
const finish = async (
  run: Run,
  folder: RunFolder,
  options: RecordOptions & { readonly json: boolean; readonly quiet: boolean; readonly plan: Plan },
): Promise<void> => {
  const { json, quiet, plan, ...recorded } = options;
  const { diverged } = recorded;
  // What was learned is not to be lost for what is said of it besides: a file that is read once more may be gone by now.
  const orNote = <T>(what: string, work: Promise<T> | undefined): Promise<T | undefined> | undefined =>
    work?.catch((error: unknown) => {
      note(`the report says nothing of ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
  const sound = diverged === undefined;
  const beside = await orNote("simpler models", sound && run.test ? plan.beside?.(run) : undefined);
  const table = await orNote("the table", sound ? plan.table?.(run) : undefined);
  const { example, folder: left, problem } = await saveRun(run, folder, { ...recorded, beside, table });
  conclude(run, left, { ask: example ?? plan.ask, beside, table, json });
  if (json && !quiet) sayJson(summary(run, left, { diverged, beside, table }));
  if (problem) throw problem;
};

/** Keeps the run folder's record of epochs, and says where training goes on. */
const recorder = (
  folder: RunFolder,
  json: boolean,
): { readonly callback: Callback; readonly begun: () => boolean } => {
  let begun = false;
  return {
    begun: () => begun,
    callback: {
      onTrainBegin: async ({ trainer, records, epoch, epochs, step, stepsPerEpoch }) => {
        if (trainer.steps === 0) return;
        await folder.begin(records);
        say(
          `going on after ${count(trainer.steps)} steps: epoch ${epoch} of ${epochs}, step ${step + 1} of ${stepsPerEpoch}\n`,
          json,
        );
      },
      onStepEnd: () => {
        begun = true;
      },
      onEpochEnd: (_, { record }) => folder.append(record),
    },
  };
};

/** Trains what was planned, and leaves everything in the run folder. */
export const trainIn = async (folder: RunFolder, plan: Plan, options: TrainingOptions): Promise<void> => {
  const { json, quiet = false, config, startedAt, checkpointEvery, trackers, resume } = options;
  const { name, data, network, explain, close } = plan;
  const { signal, setExitCode, stop } = interruptible();
  const recorded = recorder(folder, json);
  const callbacks = [
    ...(plan.options.callbacks ?? []),
    recorded.callback,
    showProgress(json ? process.stderr : process.stdout),
    csvLog(folder.file("metrics.csv"), { onProblem: note }),
    ...trackers.map((tracker) => trackerCallback(tracker, folder, config)),
  ];
  const ending = { title: name, startedAt, config, json, quiet, plan };
  const checkpoint = checkpointEvery > 0 ? { folder: folder.checkpoints, every: checkpointEvery } : undefined;
  try {
    const training = fit(network, data, {
      ...plan.options,
      signal,
      callbacks,
      ...(checkpoint && { checkpoint, resume }),
    });
    const run = await awaited("a batch of the data", training, { quiet: true });
    await finish(run, folder, ending);
    if (run.checkpointProblem)
      process.stderr.write(`note: the last checkpoint is missing: ${run.checkpointProblem.message}\n`);
    if (run.stopped === "aborted") setExitCode();
  } catch (error) {
    if (error instanceof TrainingDiverged)
      await finish(error.run, folder, { ...ending, diverged: error.message });
    else if (!recorded.begun() && !resume) await folder.remove();
    throw explain?.(error) ?? error;
  } finally {
    stop();
    await close?.();
  }
};
