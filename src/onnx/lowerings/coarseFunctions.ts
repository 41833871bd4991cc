import { sigmoid } from "../../graph/ops/activation.js";
import { minimum } from "../../graph/ops/arithmetic.js";
import { exp, log } from "../../graph/ops/elementwise.js";
import { largest, sum } from "../../graph/ops/reduce.js";
import { logSoftmax } from "../../graph/ops/softmax.js";
import type { Tensor } from "../../graph/tensor.js";
import { lowering } from "../target.js";

/** Exponents up to here do not overflow. */
const largestExponent = (x: Tensor): number => (x.dtype === "float32" ? 88 : 709);

/** Functions whose operators in ONNX Runtime lose digits or do not notice NaN. */
export const coarseFunctions = [
  // Its Sigmoid is 17 % off at -15 in float32, and 0 from -18 on: e^x / (1 + e^x), with x limited where that is 1.
  lowering(sigmoid, (_y, [x]) => {
    const e = exp(minimum(x, largestExponent(x)));
    return e.div(e.add(1));
  }),
  // In float64 its LogSoftmax makes numbers of NaN.
  lowering(logSoftmax, (y, [x], { axis }) => {
    if (y.dtype === "float32") return y;
    const shifted = x.sub(largest(x, axis, { keepDims: true }));
    return shifted.sub(log(sum(exp(shifted), axis, { keepDims: true })));
  }),
];
