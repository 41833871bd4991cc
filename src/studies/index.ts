import type { Study } from "./study.js";

/** A study by its name; its code is loaded when it is asked for. */
export interface StudyEntry {
  readonly name: string;
  readonly load: () => Promise<Study>;
}

/** All studies, in the lecture's order. */
export const studies: readonly StudyEntry[] = [
  { name: "descent-lemma", load: async () => (await import("./descent-lemma.js")).descentLemma },
  { name: "convergence-rates", load: async () => (await import("./convergence-rates.js")).convergenceRates },
  { name: "momentum-ravine", load: async () => (await import("./momentum-ravine.js")).momentumRavine },
  { name: "batch-cost", load: async () => (await import("./batch-cost.js")).batchCost },
];
