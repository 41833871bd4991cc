import { SteepestError } from "../../errors.js";
import { holdsDType } from "../dtype.js";
import { formatShape, type Shape } from "../shape.js";
import { type DType, node, type Tensor, type TypedArray } from "../tensor.js";
import { expand } from "./shaping.js";

/** A scalar constant. */
export const scalar = (value: number, dtype: DType = "float32"): Tensor => {
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
export const constant = (
  values: TypedArray | readonly number[],
  shape: Shape,
  dtype: DType = "float32",
): Tensor => {
  const count = shape.reduce<number>(
    (product, dim) => product * (typeof dim === "number" ? dim : Number.NaN),
    1,
  );
  if (count !== values.length) {
    throw new SteepestError(`constant: ${values.length} values do not fill shape ${formatShape(shape)}`);
  }
  const data = ArrayBuffer.isView(values) ? values : typedArray(dtype, values);
  if (!holdsDType(dtype, data)) {
    throw new SteepestError(
      `constant: a ${data.constructor.name} does not hold ${dtype} numbers; name their type as the third argument`,
    );
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

/** A typed array of the memory layout of `dtype` holding the given numbers. */
export const typedArray = (dtype: DType, values: readonly number[]): TypedArray => {
  if (dtype === "float32") return Float32Array.from(values);
  if (dtype === "float64") return Float64Array.from(values);
  if (dtype === "int64") return BigInt64Array.from(values, BigInt);
  return Uint8Array.from(values);
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
