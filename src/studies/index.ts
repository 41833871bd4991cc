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
  {
    name: "adaptive-landscapes",
    load: async () => (await import("./adaptive-landscapes.js")).adaptiveLandscapes,
  },
  { name: "optimizer-race", load: async () => (await import("./optimizer-race.js")).optimizerRace },
  {
    name: "error-decomposition",
    load: async () => (await import("./error-decomposition.js")).errorDecomposition,
  },
  { name: "polynomial-degree", load: async () => (await import("./polynomial-degree.js")).polynomialDegree },
  { name: "sparsity", load: async () => (await import("./sparsity.js")).sparsity },
  { name: "ridge-path", load: async () => (await import("./ridge-path.js")).ridgePathStudy },
  { name: "weight-decay", load: async () => (await import("./weight-decay.js")).weightDecayStudy },
  {
    name: "dropout-architectures",
    load: async () => (await import("./dropout-architectures.js")).dropoutArchitectures,
  },
  { name: "max-norm", load: async () => (await import("./max-norm.js")).maxNormStudy },
  {
    name: "mnist-regularizers",
    load: async () => (await import("./mnist-regularizers.js")).mnistRegularizers,
  },
  { name: "early-stopping", load: async () => (await import("./early-stopping.js")).earlyStopping },
  { name: "augmentation", load: async () => (await import("./augmentation.js")).augmentationStudy },
  { name: "preprocessing", load: async () => (await import("./preprocessing.js")).preprocessing },
  { name: "initialization", load: async () => (await import("./initialization.js")).initialization },
  { name: "batch-norm", load: async () => (await import("./batch-norm.js")).batchNormStudy },
];
