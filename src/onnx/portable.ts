import { runtimeLowerings } from "./lowerings/index.js";
import { lowerOperators, type Target } from "./target.js";

/**
 * Whoever reads ONNX: standard operators only, and among these no form with which ONNX Runtime, that most often runs a model, would end
 * the process or give wrong numbers.
 */
export const portable: Target = {
  name: "any runtime of ONNX",
  opsets: { "": 21 },
  lower: lowerOperators(runtimeLowerings),
};
