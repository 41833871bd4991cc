import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { operationOf, operator, type Written } from "../definition.js";
import { checkShape, formatShape, isSymbolic, type Shape } from "../shape.js";
import { type DType, node, type Tensor, type TypedArray } from "../tensor.js";
import { arrayOf, type Values } from "../values.js";
import { expand } from "./shaping.js";

const number: Written<readonly [], { readonly value: number }> = {
  name: "scalar",
  onnx: (emit, _inputs, { value }, { dtype }) => emit.scalar(value, dtype),
  gradient: () => [],
  elementwise: true,
  lanes: (on, _elements, { value }) => on.number(value),
};

/** A scalar constant. */
export const scalar = operator(number, (value: number, dtype: DType = "float32"): Tensor => {
  if (typeof value !== "number")
    throw new SteepestError(`scalar: expected a number, got ${givenText(value)}`);
  if (dtype === "int64" && !Number.isSafeInteger(value)) {
    throw new SteepestError(
      `scalar: ${value} is not a whole number below 2^53; cast the int64 tensor beside it to a float`,
    );
  }
  return node({ definition: number, inputs: [], attributes: { value }, shape: [], dtype });
});

/** The value of a scalar constant, or undefined for any other tensor. */
export const scalarValue = (x: Tensor): number | undefined => operationOf(x, scalar)?.attributes.value;

/** A tensor filled with one value; the shape may contain the batch. */
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor =>
  expand(scalar(value, dtype), shape);

const stored: Written<readonly [], { readonly values: TypedArray }> = {
  name: "constant",
  onnx: (emit, _inputs, { values }, { shape, dtype }) => emit.constant(values, shape, dtype),
  direct:
    (_inputs, { values }) =>
    (_none, into) =>
      into.set(values as Float64Array | Uint8Array),
  gradient: () => [],
};

/** Constant values of a given shape. The array becomes part of the graph: do not change it afterwards. */
export const constant = operator(stored, (values: Values, shape: Shape, dtype: DType = "float32"): Tensor => {
  checkShape("constant", shape);
  const data = arrayOf("constant, whose type is the third argument", dtype, values);
  const count = shape.reduce<number>((product, dim) => product * (isSymbolic(dim) ? Number.NaN : dim), 1);
  if (count !== data.length) {
    throw new SteepestError(`constant: ${data.length} values do not fill shape ${formatShape(shape)}`);
  }
  return node({ definition: stored, inputs: [], attributes: { values: data }, shape, dtype });
});

const examples: Written<readonly []> = {
  name: "batchSize",
  onnx: (emit, _inputs, _attributes, { dtype }) => emit.batchSize(dtype),
  gradient: () => [],
};

/** The number of examples in the batch, as a scalar known when the graph runs. */
export const batchSize = operator(
  examples,
  (dtype: DType = "float32"): Tensor =>
    node({ definition: examples, inputs: [], attributes: {}, shape: [], dtype }),
);
