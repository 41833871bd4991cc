import type { Spec } from "../cases.js";
import { elementwiseOperators } from "./elementwise.js";
import { indexingOperators } from "./indexing.js";
import { matrixOperators } from "./matrices.js";
import { reductionOperators } from "./reductions.js";
import { resamplingOperators } from "./resampling.js";
import { shapingOperators } from "./shaping.js";
import { windowOperators } from "./windows.js";

/** Every operator of the graph with its reference; a further case of one is named after it with a remark. */
export const operators: Readonly<Record<string, Spec>> = {
  ...elementwiseOperators,
  ...matrixOperators,
  ...reductionOperators,
  ...shapingOperators,
  ...indexingOperators,
  ...windowOperators,
  ...resamplingOperators,
};
