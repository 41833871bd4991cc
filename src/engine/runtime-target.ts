import { topologicalOrder } from "../graph/autodiff.js";
import type { Written } from "../graph/definition.js";
import { step } from "../graph/ops/activation.js";
import { conv, convInput, convWeight } from "../graph/ops/convolution.js";
import { node, type Tensor } from "../graph/tensor.js";
import { runtimeLowerings } from "../onnx/lowerings/index.js";
import { portable } from "../onnx/portable.js";
import { lowering, lowerOperators, type Target } from "../onnx/target.js";
import { lowerToBlocks } from "./lowering/blocked/lower.js";
import { withBlocks } from "./lowering/blocked/probe.js";
import { fastConvolution } from "./lowering/standard/convolution.js";

const mask: Written<readonly [Tensor]> = {
  name: "mask",
  onnx: (emit, [x]) => emit.node("HardSigmoid", [x], { alpha: { float: 1e37 }, beta: { float: 0 } }),
  elementwise: true,
};

/**
 * `step` as a HardSigmoid with a slope so steep that only values below 1e-37 fall on the slope: the fastest form ONNX Runtime has, a
 * third of the time of Cast(Greater).
 */
const stepAsMask = lowering(step, (y, [x]) =>
  y.dtype === "float32"
    ? node({ definition: mask, inputs: [x], attributes: {}, shape: y.shape, dtype: y.dtype })
    : y,
);

/** ONNX Runtime on a processor: what anyone is given, and forms that are faster there. */
export const runtimeTarget: Target = {
  name: "ONNX Runtime on a processor",
  opsets: portable.opsets,
  lower: lowerOperators([...runtimeLowerings, ...fastConvolution, stepAsMask]),
};

/** For graphs with convolutions: those that go over each image in turn need to know how many there are. */
export const convolutionTarget: Target = { ...runtimeTarget, gainsFromBatchSize: true };

/** The same with its own operators for channels in blocks of b, on a processor that has them. */
export const blockedTarget = (b: number): Target => {
  const toBlocks = lowerToBlocks(b);
  return {
    ...withBlocks(convolutionTarget),
    name: `${runtimeTarget.name}, channels in blocks of ${b}`,
    lower: (outputs, facts) => runtimeTarget.lower(toBlocks(outputs, facts), facts),
  };
};

const convolutions: ReadonlySet<unknown> = new Set([
  conv.definition,
  convInput.definition,
  convWeight.definition,
]);

/** Whether blocks are of any use to a graph. */
export const hasConvolutions = (outputs: readonly Tensor[]): boolean =>
  topologicalOrder(outputs).some((x) => convolutions.has(x.operation.definition));
