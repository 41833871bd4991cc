import { floats } from "../dtype.js";
import { normalizeAxis } from "../shape.js";
import { checkDType, node, type Tensor } from "../tensor.js";
import { exp, log } from "./elementwise.js";
import { largest, sum } from "./reduce.js";

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
