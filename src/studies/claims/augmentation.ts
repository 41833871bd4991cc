import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Whether every example is changed in its own way: what was drawn for each, as text. Lecture, "Data augmentation". */
export const perSampleClaim = (drawn: readonly string[]): Claim => {
  const different = new Set(drawn).size;
  return {
    claim: "Every example is changed in its own way: one picture becomes many",
    measured: `${different} different draws for ${drawn.length} examples`,
    // Few draws can be alike by chance, as whether a picture is flipped.
    verdict: different === 1 ? "undecided" : judged(different > 1),
  };
};

/** Whether the same seed, epoch and example give the same pixels, and the parameters that were drawn give them again. */
export const reproducibleClaim = (examples: number, alike: number): Claim => ({
  claim: "Seed, epoch and example determine every pixel, and what was drawn can be replayed",
  measured: `${alike} of ${examples} pictures are the same, byte for byte, made a second time and replayed`,
  verdict: judged(alike === examples),
});
