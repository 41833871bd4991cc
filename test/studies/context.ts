import type { StudyContext, StudyResult } from "../../src/studies/study.js";

/** A study's context at its quick settings, without data of its own. */
export const quick = (seed = 0): StudyContext => ({
  effort: "quick",
  seed,
  folder: "unused",
  settings: {},
  log: () => {},
});

/** The claims that did not hold, with what was measured. */
export const failed = ({ claims }: StudyResult): string[] =>
  claims.filter(({ verdict }) => verdict !== "held").map(({ claim, measured }) => `${claim}: ${measured}`);
