import { arrayKind, type DType, type TypedArray } from "../graph/dtype.js";

const whole = (memory: unknown): Uint8Array | undefined => {
  const kind = typeof memory === "object" && memory !== null ? arrayKind(memory) : "";
  return ["ArrayBuffer", "SharedArrayBuffer"].includes(kind)
    ? new Uint8Array(memory as ArrayBufferLike)
    : undefined;
};

/** The bytes of memory: of a buffer, or of whatever array or view of one, also of another realm. Undefined for anything else. */
export const bytesOf = (given: unknown): Uint8Array | undefined =>
  ArrayBuffer.isView(given)
    ? whole(given.buffer)?.subarray(given.byteOffset, given.byteOffset + given.byteLength)
    : whole(given);

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
