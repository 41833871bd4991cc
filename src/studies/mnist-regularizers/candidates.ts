import type { StudyContext } from "../study.js";
import type { Parts } from "./data.js";
import { type Recipe, type RowName, widthsOf } from "./recipes.js";
import { findOutcomes, keepOutcome, type SeedOutcome, type Setting } from "./results.js";
import type { Asked } from "./settings.js";
import { train } from "./train.js";

/** Something to train: a recipe of a row, with the seeds asked for. */
export interface Candidate {
  readonly row: RowName;
  /** What the log calls it. */
  readonly name: string;
  readonly recipe: Recipe;
}

/** What all candidates of a call have in common. */
export interface Common {
  readonly parts: Parts;
  /** Share of the recipes' epochs to train. */
  readonly share: number;
}

/** A candidate with all outcomes there are, those of earlier calls included. */
export interface Trained extends Candidate {
  readonly epochs: number;
  readonly outcomes: readonly SeedOutcome[];
}

const settingOf = (
  { row, recipe: { epochs, ...recipe } }: Candidate,
  { parts, share }: Common,
  effort: StudyContext["effort"],
) =>
  ({
    row,
    source: parts.source,
    examples: parts.train.size,
    part: parts.part,
    measured: parts.measured.size,
    widths: widthsOf[effort],
    epochs: Math.max(1, Math.round(share * epochs[effort])),
    recipe,
  }) satisfies Setting;

/**
 * Trains those of the candidates that are asked for with the seeds that have no kept outcome yet, one seed of each before the
 * next seed, and keeps every outcome as it comes. Ends early where the signal says so; what was finished stays.
 */
export const trainMissing = async (
  candidates: readonly Candidate[],
  { seeds, threads, ...common }: Pick<Asked, "seeds" | "threads"> & Common,
  context: StudyContext,
): Promise<void> => {
  const { folder, effort, log, signal } = context;
  for (const seed of seeds) {
    for (const candidate of candidates) {
      const setting = settingOf(candidate, common, effort);
      const { outcomes } = await findOutcomes(folder, setting);
      const known = outcomes.find((outcome) => outcome.seed === seed);
      if (known) {
        log(`${candidate.name}, seed ${seed}: ${known.error.toFixed(2)} % (kept from an earlier call)`);
        continue;
      }
      if (signal?.aborted) return;
      log(`${candidate.name}, seed ${seed}: ${setting.epochs} epochs`);
      const job = { recipe: candidate.recipe, epochs: setting.epochs, widths: setting.widths, seed, threads };
      const outcome = await train(job, common.parts, {
        log: (line) => log(`  ${line}`),
        ...(signal ? { signal } : {}),
      });
      if (outcome === undefined) return;
      await keepOutcome(folder, setting, { ...outcome, seed });
      log(
        `${candidate.name}, seed ${seed}: ${outcome.error.toFixed(2)} % in ${outcome.seconds.toFixed(0)} s`,
      );
    }
  }
};

/** Each candidate with its kept outcomes, and a line for each file that could not be read. */
export const collect = async (
  candidates: readonly Candidate[],
  common: Common,
  { folder, effort }: Pick<StudyContext, "folder" | "effort">,
): Promise<{ readonly trained: readonly Trained[]; readonly problems: readonly string[] }> => {
  const trained: Trained[] = [];
  const problems: string[] = [];
  for (const candidate of candidates) {
    const setting = settingOf(candidate, common, effort);
    const found = await findOutcomes(folder, setting);
    trained.push({ ...candidate, epochs: setting.epochs, outcomes: found.outcomes });
    problems.push(...found.problems);
  }
  return { trained, problems };
};
