import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { checkShape, formatShape, isSymbolic, type Shape } from "../shape.js";
import { type DType, node, type Tensor } from "../tensor.js";
import { arrayOf, type Values } from "../values.js";
import { expand } from "./shaping.js";

/** A scalar constant. */
export const scalar = (value: number, dtype: DType = "float32"): Tensor => {
  if (typeof value !== "number")
    throw new SteepestError(`scalar: expected a number, got ${givenText(value)}`);
  if (dtype === "int64" && !Number.isSafeInteger(value)) {
    throw new SteepestError(
      `scalar: ${value} is not a whole number below 2^53; cast the int64 tensor beside it to a float`,
    );
  }
  return node({
    name: "scalar",
    inputs: [],
    shape: [],
    dtype,
    attributes: { value, dtype },
    onnx: (emit) => emit.scalar(value, dtype),
    gradient: () => [],
  });
};

/** The value of a scalar constant, or undefined for any other tensor. */
export const scalarValue = (x: Tensor): number | undefined => {
  const value = x.operation.name === "scalar" ? x.operation.attributes?.value : undefined;
  return typeof value === "number" ? value : undefined;
};

/** A tensor filled with one value; the shape may contain the batch. */
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor =>
  expand(scalar(value, dtype), shape);

/** Constant values of a given shape. The array becomes part of the graph: do not change it afterwards. */
export const constant = (values: Values, shape: Shape, dtype: DType = "float32"): Tensor => {
  checkShape("constant", shape);
  const data = arrayOf("constant, whose type is the third argument", dtype, values);
  const count = shape.reduce<number>((product, dim) => product * (isSymbolic(dim) ? Number.NaN : dim), 1);
  if (count !== data.length) {
    throw new SteepestError(`constant: ${data.length} values do not fill shape ${formatShape(shape)}`);
  }
  return node({
    name: "constant",
    inputs: [],
    shape,
    dtype,
    onnx: (emit) => emit.constant(data, shape, dtype),
    gradient: () => [],
  });
};

/** The number of examples in the batch, as a scalar known when the graph runs. */
export const batchSize = (dtype: DType = "float32"): Tensor =>
  node({
    name: "batchSize",
    inputs: [],
    shape: [],
    dtype,
    attributes: { dtype },
    onnx: (emit) => emit.batchSize(dtype),
    gradient: () => [],
  });
