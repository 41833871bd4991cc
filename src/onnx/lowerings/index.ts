import type { Lowering } from "../target.js";
import { absentTypes } from "./absentTypes.js";
import { coarseFunctions } from "./coarseFunctions.js";
import { convolutionInFloat64 } from "./convolution.js";
import { emptyExpansion } from "./emptyExpansion.js";
import { longSums } from "./longSum.js";
import { scaledProducts } from "./scaledProducts.js";
import { checkedDivision } from "./wholeDivision.js";

/**
 * What ONNX Runtime on a processor does not have, or computes wrongly or too coarsely, in standard operators that it computes right.
 * Exported models are written with these too: nobody can tell which runtime will run them.
 */
export const runtimeLowerings: readonly Lowering[] = [
  ...absentTypes,
  ...convolutionInFloat64,
  ...coarseFunctions,
  ...longSums,
  ...scaledProducts,
  checkedDivision,
  emptyExpansion,
];
