import { join } from "node:path";
import { manifestOf } from "../train/manifest.js";
import type { RunFolder } from "../train/run-folder.js";
import { awaited } from "./awaited.js";
import { given, type Plan, type PlanOptions } from "./plan.js";
import { resolvedSettings, type Settings } from "./settings.js";
import { isTable } from "./table-options.js";
import type { Tracker } from "./trackers.js";
import { announce } from "./train-text.js";
import { trainIn } from "./training.js";

/** How the command line was told to train. */
export interface TrainCommand {
  readonly task: string;
  readonly options: PlanOptions;
  readonly checkpointEvery: number;
  readonly trackers: readonly Tracker[];
}

/** What was chosen, for config.json and the report. */
export const configOf = (
  plan: Plan,
  { task, options }: Pick<TrainCommand, "task" | "options">,
): Settings => ({
  task,
  ...resolvedSettings(plan),
  ...given({ data: options.data }),
  ...(options.fold && { fold: `${options.fold.fold} of ${options.fold.of}` }),
});

export interface CarryOutOptions {
  readonly json: boolean;
  /** Whether its line of JSON is left out. @defaultValue false */
  readonly quiet?: boolean;
  readonly makeFolder: (config: unknown) => Promise<RunFolder>;
}

/** Says what is about to be trained, makes its run folder and trains in it. */
export const carryOut = async (
  plan: Plan,
  command: TrainCommand,
  { json, quiet = false, makeFolder }: CarryOutOptions,
): Promise<void> => {
  const { task, options, checkpointEvery, trackers } = command;
  const { data, sources = [] } = plan;
  const config = configOf(plan, command);
  announce(plan, json);
  const startedAt = new Date();
  const source = isTable(task) ? task : options.data;
  const describing = manifestOf(data, { engine: plan.options.engine, source });
  const made = await awaited("a batch of the data", describing, { quiet: true }).catch((error: unknown) => {
    throw plan.explain?.(error) ?? error;
  });
  const folder = await makeFolder({
    ...config,
    startedAt,
    ...made,
    command: { ...command, folder: process.cwd() },
  });
  for (const { path, content } of sources) await folder.write(join("recipe", path), content);
  await trainIn(folder, plan, { json, quiet, config, startedAt, checkpointEvery, trackers, resume: false });
};
