import { type DType, onnxDType, type TypedArray } from "../graph/dtype.js";

/** The data type with a given ONNX number, or undefined where it is none of ours. */
export const dtypeOf = (code: number | undefined): DType | undefined =>
  (Object.keys(onnxDType) as DType[]).find((dtype) => onnxDType[dtype] === code);

/** A view of bytes as numbers of a data type; copied where they do not lie on the boundary that the type needs. */
export const fromBytes = (dtype: DType, bytes: Uint8Array): TypedArray => {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === "float64") return new Float64Array(buffer, byteOffset, byteLength / 8);
  if (dtype === "int64") return new BigInt64Array(buffer, byteOffset, byteLength / 8);
  return new Uint8Array(buffer, byteOffset, byteLength);
};

export const toBytes = (values: TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
