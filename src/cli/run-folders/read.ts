import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { SteepestError } from "../../errors.js";
import { partFacts } from "../../train/trackers/facts.js";

const score = z.looseObject({
  loss: z.number().nullish(),
  error: z.number().nullish(),
  metrics: z.record(z.string(), z.number().nullable()).nullish(),
});

const epochSchema = z.looseObject({
  epoch: z.number(),
  train: score,
  validation: score.nullish(),
  learningRate: z.number().nullish(),
  samplesPerSecond: z.number().nullish(),
  seconds: z.number().nullish(),
});

const configSchema = z.looseObject({
  task: z.string().optional(),
  startedAt: z.coerce.date().optional(),
  data: z
    .record(z.string(), z.looseObject({ examples: z.number().optional(), content: z.string().optional() }))
    .optional(),
});

/** How runs end. */
const endings = ["completed", "early", "stopped", "aborted", "diverged"] as const;

/** How a run stands: "unfinished" where it is under way or was killed, "unreadable" where its files are not as `train` writes them. */
export const statuses = [...endings, "unfinished", "unreadable"] as const;

export type Status = (typeof statuses)[number];

const resultSchema = z.looseObject({
  stopped: z.enum(endings),
  diverged: z.string().optional(),
  seconds: z.number().optional(),
  keptEpoch: z.number().nullish(),
  test: score.optional(),
  beside: z
    .looseObject({ measure: z.string(), models: z.array(z.looseObject({ value: z.number() })) })
    .optional(),
});

type ScoreInFile = z.infer<typeof score>;
export type EpochInFile = z.infer<typeof epochSchema>;

/** A run folder as it lies on the disk. */
export interface RunEntry {
  readonly path: string;
  readonly name: string;
  readonly status: Status;
  /** Why it is "unreadable". */
  readonly problem?: string;
  readonly task?: string;
  readonly startedAt?: Date;
  /** When something of it was last written. */
  readonly changedAt: Date;
  /** What was asked for, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly epochs: readonly EpochInFile[];
  /** Numbers of the weights that were kept, by name: "epochs", "seconds", "validation.error", "test.loss". */
  readonly facts: Readonly<Record<string, number>>;
  /** How many examples it was tested on, and a fingerprint of these. */
  readonly tested?: { readonly examples?: number | undefined; readonly content?: string | undefined };
}

/** What config.json says of where and when, beside what was asked for. */
const bookkeeping = new Set(["startedAt", "task"]);

const settingsOf = (config: z.infer<typeof configSchema>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      !bookkeeping.has(name) && ["string", "number", "boolean"].includes(typeof value)
        ? [[name, String(value)]]
        : [],
    ),
  );

const factsOfPart = (part: "train" | "validation" | "test", of: ScoreInFile | null | undefined) =>
  of ? partFacts(part, of as Parameters<typeof partFacts>[1]) : {};

/** Only what was measured: files hold null where a number was not finite. */
const finite = (facts: Readonly<Record<string, number | null | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === "number" && Number.isFinite(value) ? [[name, value]] : [],
    ),
  );

/** The numbers of an epoch by name. */
export const factsOfEpoch = ({ train, validation, learningRate }: EpochInFile): Record<string, number> =>
  finite({ ...factsOfPart("train", train), ...factsOfPart("validation", validation), learningRate });

const parsed = <T>(schema: z.ZodType<T>, path: string, text: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new SteepestError(`${basename(path)} is not as \`steepest train\` writes it`);
  }
};

const readOne = async <T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const path = join(folder, name);
  return existsSync(path) ? parsed(schema, path, await readFile(path, "utf8")) : undefined;
};

/** The epochs of metrics.jsonl; its last line may be under way. */
const readEpochs = async (folder: string): Promise<EpochInFile[]> => {
  const path = join(folder, "metrics.jsonl");
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, "utf8")).split("\n");
  lines.pop();
  return lines.map((line) => parsed(epochSchema, path, line));
};

const lastChange = async (folder: string): Promise<Date> => {
  const times = await Promise.all(
    ["", "config.json", "metrics.jsonl", "checkpoints", "result.json"].map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return new Date(Math.max(...times));
};

const readable = async (path: string) => {
  const config = await readOne(path, "config.json", configSchema);
  if (config === undefined) throw new SteepestError("it holds no config.json");
  const result = await readOne(path, "result.json", resultSchema);
  const epochs = await readEpochs(path);
  const kept = epochs.find(({ epoch }) => epoch === result?.keptEpoch) ?? epochs.at(-1);
  const { task, startedAt, data } = config;
  return {
    status: result?.stopped ?? ("unfinished" as const),
    ...(task !== undefined && { task }),
    ...(startedAt && { startedAt }),
    settings: settingsOf(config),
    epochs,
    facts: finite({
      epochs: epochs.length,
      keptEpoch: kept?.epoch,
      ...factsOfPart("train", kept?.train),
      ...factsOfPart("validation", kept?.validation),
      ...factsOfPart("test", result?.test),
      ...(result?.beside?.measure === "root-mean-square error" && {
        "test.rmse": result.beside.models[0]?.value,
      }),
      seconds: result?.seconds ?? epochs.at(-1)?.seconds,
      samplesPerSecond: epochs.at(-1)?.samplesPerSecond,
    }),
    ...(data?.test && { tested: data.test }),
  };
};

/** Reads a run folder. What is wrong with it is told in the entry: others are listed all the same. */
export const readRun = async (path: string, name: string): Promise<RunEntry> => {
  const changedAt = await lastChange(path);
  try {
    return { path, name, changedAt, ...(await readable(path)) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { path, name, changedAt, status: "unreadable", problem, settings: {}, epochs: [], facts: {} };
  }
};

/** Folders in folders, such as those of a sweep, are looked into this deep. */
const deepest = 3;

/** The run folders in a folder, wherever they lie in it: those that hold a config.json. */
export const findRuns = async (root: string, name = "", depth = 0): Promise<RunEntry[]> => {
  const entries = await readdir(root, { withFileTypes: true });
  if (entries.some((entry) => entry.name === "config.json" && entry.isFile())) {
    return [await readRun(root, name === "" ? basename(root) : name)];
  }
  if (depth === deepest) return [];
  const inside = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) =>
      findRuns(join(root, entry.name), name === "" ? entry.name : `${name}/${entry.name}`, depth + 1),
    );
  return (await Promise.all(inside)).flat();
};
