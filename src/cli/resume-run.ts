import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import { RunFolder } from "../train/run-folder.js";
import { configOf } from "./carry-out.js";
import { type Plan, type PlanOptions, planFor } from "./plan.js";
import { trackerSchema } from "./trackers.js";
import { announce } from "./train-text.js";
import { trainIn } from "./training.js";
import { readWritten } from "./written.js";

/** What `steepest train` wrote of how it was called. */
const configSchema = z.object({
  startedAt: z.coerce.date(),
  command: z.object({
    task: z.string(),
    options: z.looseObject({ data: z.string().optional() }),
    checkpointEvery: z.number(),
    trackers: z.array(trackerSchema).default([]),
    folder: z.string(),
  }),
});

const resultSchema = z.object({ stopped: z.string() });

/** A JSON file of a run folder. */
const read = <T>(folder: RunFolder, name: string, schema: z.ZodType<T>): Promise<T | undefined> =>
  readWritten(folder.file(name), schema, "steepest train");

const nothingLeft: Readonly<Record<string, string>> = {
  completed: "all its epochs are done",
  early: "it was stopped early, since nothing improved any more",
  diverged: "it diverged; train anew with a smaller learning rate",
};

/** Throws where the training of a run folder has nothing left to do. */
const requireUnfinished = async (folder: RunFolder): Promise<void> => {
  const result = await read(folder, "result.json", resultSchema);
  const reason = result && nothingLeft[result.stopped];
  if (reason === undefined) return;
  throw new SteepestError(`${folder.path}: there is nothing to go on with: ${reason}`);
};

/** Throws where a recipe is no longer what it was. */
const requireSameSources = async (folder: RunFolder, { sources = [] }: Plan): Promise<void> => {
  for (const { path, content } of sources) {
    const kept = folder.file(join("recipe", path));
    const before = existsSync(kept) ? await readFile(kept) : undefined;
    if (before?.equals(content)) continue;
    throw new SteepestError(
      before === undefined
        ? `${path} is new in the recipe, which must be as it was: what it was is in ${folder.file("recipe")}`
        : `${path} has changed since the training began; what it was is in ${kept}`,
    );
  }
};

/** Goes on with the training of a run folder. Throws where there is nothing to go on with, or what it depends on has changed. */
export const resumeRun = async (
  path: string,
  { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean },
): Promise<void> => {
  const folder = new RunFolder(resolve(path));
  const config = await read(folder, "config.json", configSchema);
  if (config === undefined) {
    throw new SteepestError(
      `${path}: no run folder: it holds no config.json; \`steepest train\` makes them in runs/`,
    );
  }
  await requireUnfinished(folder);
  const { startedAt, command } = config;
  const { task, options, checkpointEvery, trackers } = command;
  if (checkpointEvery === 0) {
    throw new SteepestError(
      `${path}: it was trained with --checkpoint-every 0, so that there is nothing to go on from`,
    );
  }
  if (!existsSync(command.folder)) {
    throw new SteepestError(
      `${path}: it was trained in ${command.folder}, which is not there any more; its paths begin there`,
    );
  }
  // Paths of the command and of recipes begin where it was called.
  process.chdir(command.folder);
  // As the command line had read them.
  const plan = await planFor(task, options as PlanOptions);
  await requireSameSources(folder, plan);
  announce(plan, json);
  await trainIn(folder, plan, {
    json,
    quiet,
    config: configOf(plan, { task, options: options as PlanOptions }),
    startedAt,
    checkpointEvery,
    trackers,
    resume: true,
  });
};
