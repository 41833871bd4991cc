import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileSafely } from "../../files.js";
import type { Recipe, RowName } from "./recipes.js";

const outcome = z.object({
  /** Percent of the measured examples. */
  error: z.number().min(0).max(100),
  loss: z.number(),
  /** Mean over the last epoch, penalties and dropout included. */
  trainLoss: z.number(),
  /** Time spent training. */
  seconds: z.number(),
});

/** What one training came to. */
export type Outcome = z.infer<typeof outcome>;

/** Everything but the seed that an outcome depends on. */
export interface Setting {
  readonly row: RowName;
  readonly source: string;
  readonly examples: number;
  readonly part: "test" | "validation";
  readonly measured: number;
  readonly widths: readonly number[];
  readonly epochs: number;
  readonly recipe: Omit<Recipe, "epochs">;
}

/** An outcome with the seed that it belongs to. */
export interface SeedOutcome extends Outcome {
  readonly seed: number;
}

/** Outcomes of a setting that were found, and a line for each file that could not be read as one. */
export interface Found {
  readonly outcomes: readonly SeedOutcome[];
  readonly problems: readonly string[];
}

/** Results of another recipe, network or dataset never share a name. */
const stem = (setting: Setting): string => {
  const hash = createHash("sha256").update(JSON.stringify(setting)).digest("hex").slice(0, 10);
  return `${setting.row}-${hash}-seed-`;
};

/** Keeps what a training came to as a file of its own, so that calls at the same time do not disturb each other. */
export const keepOutcome = (
  folder: string,
  setting: Setting,
  { seed, ...outcome }: SeedOutcome,
): Promise<void> =>
  writeFileSafely(
    join(folder, `${stem(setting)}${seed}.json`),
    `${JSON.stringify({ ...outcome, seed, setting }, null, 1)}\n`,
  );

const parse = (text: string): Outcome | undefined => {
  try {
    return outcome.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** All outcomes of a setting that the folder holds, by seed. Damaged files are reported and count as absent. */
export const findOutcomes = async (folder: string, setting: Setting): Promise<Found> => {
  const start = stem(setting);
  const names = await readdir(folder).catch(() => []);
  const outcomes: SeedOutcome[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const seed = name.startsWith(start) ? /^(\d+)\.json$/.exec(name.slice(start.length))?.[1] : undefined;
    if (seed === undefined) continue;
    const path = join(folder, name);
    const found = parse(await readFile(path, "utf8"));
    if (found) outcomes.push({ ...found, seed: Number(seed) });
    else
      problems.push(
        `${path} is damaged and was left out; the next training of its row and seed replaces it.`,
      );
  }
  return { outcomes: outcomes.sort((a, b) => a.seed - b.seed), problems };
};
