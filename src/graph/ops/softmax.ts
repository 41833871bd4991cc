import { floats } from "../dtype.js";
import { normalizeAxis } from "../shape.js";
import { checkDType, node, type Tensor } from "../tensor.js";
import { cast, equal, where } from "./comparison.js";
import { constant, scalar } from "./constant.js";
import { exp, log } from "./elementwise.js";
import { largest, sum } from "./reduce.js";
import { reshape } from "./shaping.js";

/** `exp xᵢ / Σⱼ exp xⱼ` along one axis, the last by default. */
export const softmax = (x: Tensor, axis = -1): Tensor => {
  checkDType("softmax", x, floats);
  const along = normalizeAxis("softmax", axis, x.shape);
  return node({
    name: "softmax",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    attributes: { axis: along },
    onnx: (emit) => emit.node("Softmax", [x], { axis: along }),
    gradient: (g, y) => [y.mul(g.sub(sum(g.mul(y), along, { keepDims: true })))],
  });
};

/** `xᵢ - log Σⱼ exp xⱼ` along one axis, the last by default. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor => {
  checkDType("logSoftmax", x, floats);
  const along = normalizeAxis("logSoftmax", axis, x.shape);
  return node({
    name: "logSoftmax",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    attributes: { axis: along },
    onnx: (emit) => {
      if (x.dtype === "float32") return emit.node("LogSoftmax", [x], { axis: along });
      // In float64 ONNX Runtime's LogSoftmax makes numbers of NaN.
      const shifted = x.sub(largest(x, along, { keepDims: true }));
      return emit.node("Sub", [shifted, log(sum(exp(shifted), along, { keepDims: true }))]);
    },
    gradient: (g, y) => [g.sub(exp(y).mul(sum(g, along, { keepDims: true })))],
  });
};

/**
 * `log softmax(x)` of each row at one index: rows `[batch, classes]` and indices (int64) `[batch]` to `[batch]`; 0 where the index is none.
 * What a classifier is trained on, in fewer operators than its parts. It is chosen, not multiplied by 0 and 1: the logarithm of a
 * probability that is 0 in float32 is -∞.
 */
export const logSoftmaxAt = (x: Tensor, index: Tensor): Tensor => {
  const [rows = 1, classes] = [x.shape[0], x.size(1)];
  const numbers = constant([...Array(classes).keys()], [classes], "int64");
  const isChosen = equal(reshape(index, [rows, 1]), numbers);
  const logProbabilities = logSoftmax(x);
  const ofChosen = where(isChosen, logProbabilities, scalar(0, x.dtype));
  return node({
    name: "logSoftmaxAt",
    inputs: [x, index],
    shape: [rows],
    dtype: x.dtype,
    onnx: (emit) => emit.node("ReduceSum", [ofChosen, emit.ints([1])], { keepdims: 0 }),
    gradient: (g) => [
      cast(isChosen, x.dtype)
        .sub(exp(logProbabilities))
        .mul(reshape(g, [rows, 1])),
      undefined,
    ],
  });
};
