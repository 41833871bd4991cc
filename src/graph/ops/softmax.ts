import { missing } from "../../missing.js";
import { type Composed, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { type Dim, normalizeAxis } from "../shape.js";
import { checkDType, node, type Tensor } from "../tensor.js";
import { cast, equal, where } from "./comparison.js";
import { constant, scalar } from "./constant.js";
import { exp } from "./elementwise.js";
import { sum } from "./reduce.js";
import { reshape } from "./shaping.js";

type AlongAxis = Written<readonly [Tensor], { readonly axis: number }>;

const terms: NonNullable<AlongAxis["terms"]> = ([x], { axis }, _y, count) =>
  count([x.shape[axis] ?? missing()]);

const normalisation: AlongAxis = {
  name: "softmax",
  onnx: (emit, [x], { axis }) => emit.node("Softmax", [x], { axis }),
  gradient: (g, y, _inputs, { axis }) => [y.mul(g.sub(sum(g.mul(y), axis, { keepDims: true })))],
  terms,
  range: [0, 1],
};

/** `exp xᵢ / Σⱼ exp xⱼ` along one axis, the last by default. */
export const softmax = operator(normalisation, (x: Tensor, axis = -1): Tensor => {
  checkDType("softmax", x, floats);
  const attributes = { axis: normalizeAxis("softmax", axis, x.shape) };
  return node({ definition: normalisation, inputs: [x], attributes, shape: x.shape, dtype: x.dtype });
});

const logarithms: AlongAxis = {
  name: "logSoftmax",
  onnx: (emit, [x], { axis }) => emit.node("LogSoftmax", [x], { axis }),
  gradient: (g, y, _inputs, { axis }) => [g.sub(exp(y).mul(sum(g, axis, { keepDims: true })))],
  terms,
};

/** `xᵢ - log Σⱼ exp xⱼ` along one axis, the last by default. */
export const logSoftmax = operator(logarithms, (x: Tensor, axis = -1): Tensor => {
  checkDType("logSoftmax", x, floats);
  const attributes = { axis: normalizeAxis("logSoftmax", axis, x.shape) };
  return node({ definition: logarithms, inputs: [x], attributes, shape: x.shape, dtype: x.dtype });
});

/** Where the class of a row is the one that its index names. */
const isChosen = (x: Tensor, index: Tensor): Tensor => {
  const [rows, classes] = [rowsOf(x), x.size(1)];
  return equal(reshape(index, [rows, 1]), constant([...Array(classes).keys()], [classes], "int64"));
};

const rowsOf = (x: Tensor): Dim => x.shape[0] ?? 1;

const surprise: Composed<readonly [x: Tensor, index: Tensor]> = {
  name: "crossEntropyAt",
  // Chosen, not multiplied by 0 and 1: the logarithm of a probability that is 0 in float32 is -∞.
  composed: ([x, index]) => sum(where(isChosen(x, index), logSoftmax(x), scalar(0, x.dtype)), 1).neg(),
  gradient: (g, _y, [x, index]) => [
    exp(logSoftmax(x))
      .sub(cast(isChosen(x, index), x.dtype))
      .mul(reshape(g, [rowsOf(x), 1])),
    undefined,
  ],
  terms: ([x], _attributes, _y, count) => count([x.size(1)]),
};

/**
 * `-log softmax(x)` of each row at one index: rows `[batch, classes]` and indices (int64) `[batch]` to `[batch]`; 0 where the index is none.
 * What a classifier is trained on, in fewer operators than its parts.
 */
export const crossEntropyAt = operator(
  surprise,
  (x: Tensor, index: Tensor): Tensor =>
    node({
      definition: surprise,
      inputs: [x, index],
      attributes: {},
      shape: [rowsOf(x)],
      dtype: x.dtype,
    }),
);
