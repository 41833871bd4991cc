import { activationImporters } from "./activations.js";
import { arithmeticImporters } from "./arithmetic.js";
import { cuttingImporters } from "./cutting.js";
import { indexingImporters } from "./indexing.js";
import { matrixImporters } from "./matrices.js";
import type { Importer, Importers } from "./node.js";
import { reductionImporters } from "./reductions.js";
import { resamplingImporters } from "./resampling.js";
import { shapingImporters } from "./shaping.js";
import { windowImporters } from "./windows.js";

/** How the operators of ONNX become tensors, by their type. What is not here is not supported. */
const importers: Importers = {
  ...arithmeticImporters,
  ...activationImporters,
  ...matrixImporters,
  ...reductionImporters,
  ...shapingImporters,
  ...cuttingImporters,
  ...indexingImporters,
  ...windowImporters,
  ...resamplingImporters,
};

export const importerOf = (type: string): Importer | undefined =>
  Object.hasOwn(importers, type) ? importers[type] : undefined;
