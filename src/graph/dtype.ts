export type DType = "float32" | "float64" | "int64" | "bool";

/** Numbers in the memory layout of one of the data types; `bool` is a byte of 0 or 1. */
export type TypedArray = Float32Array | Float64Array | BigInt64Array | Uint8Array;

/** ONNX's numbers for the data types (TensorProto.DataType). */
export const onnxDType: Readonly<Record<DType, number>> = { float32: 1, float64: 11, int64: 7, bool: 9 };

export const floats: readonly DType[] = ["float32", "float64"];
export const numbers: readonly DType[] = [...floats, "int64"];
export const anything: readonly DType[] = [...numbers, "bool"];

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** Whether an array has the memory layout of `dtype`. */
export const holdsDType = (dtype: DType, data: TypedArray): boolean => data instanceof arrayTypes[dtype];

/** The data type with a given ONNX number, or undefined where it is none of ours. */
export const dtypeOf = (code: number | undefined): DType | undefined =>
  anything.find((dtype) => onnxDType[dtype] === code);
