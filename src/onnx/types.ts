import type { DType, TypedArray } from "../graph/dtype.js";

/**
 * Bytes, wherever they begin, as numbers of a data type in new memory: on the boundary that the type needs, and not keeping
 * the whole file alive.
 */
export const fromBytes = (dtype: DType, bytes: Uint8Array): TypedArray => {
  const { buffer } = new Uint8Array(bytes);
  if (dtype === "float32") return new Float32Array(buffer);
  if (dtype === "float64") return new Float64Array(buffer);
  if (dtype === "int64") return new BigInt64Array(buffer);
  return new Uint8Array(buffer);
};

export const toBytes = (values: TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
