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

/** The class of an array or its memory, also where it was made in another realm (a `vm` context, a frame), whose classes are not this one's. */
export const arrayKind = (data: object): string => Object.prototype.toString.call(data).slice(8, -1);

/** Whether an array has the memory layout of `dtype`. */
export const holdsDType = (dtype: DType, data: ArrayBufferView): data is TypedArray =>
  arrayKind(data) === arrayTypes[dtype].name;

/** The same memory as an array of this realm, which engines know; a copy of memory that threads share, which they refuse. */
export const ownArray = (dtype: DType, data: TypedArray): TypedArray => {
  if (arrayKind(data.buffer) === "SharedArrayBuffer") return ownArray(dtype, data.slice());
  const Type = arrayTypes[dtype];
  return data instanceof Type ? data : new Type(data.buffer as ArrayBuffer, data.byteOffset, data.length);
};

/** The data type with a given ONNX number, or undefined where it is none of ours. */
export const dtypeOf = (code: number | undefined): DType | undefined =>
  anything.find((dtype) => onnxDType[dtype] === code);
