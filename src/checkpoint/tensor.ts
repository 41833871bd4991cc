import type { DType, TypedArray } from "../graph/dtype.js";

/** Data types that files hold: those of the graph, and whole numbers of 32 and 8 bits. */
export type StoredDType = DType | "int32" | "uint8";

/** Numbers as files hold them, with their shape. */
export interface StoredTensor {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly data: TypedArray | Int32Array;
}

/** How a data type is called in safetensors files, and the array that holds its numbers. */
export const storedTypes = {
  float32: { code: "F32", Array: Float32Array },
  float64: { code: "F64", Array: Float64Array },
  int64: { code: "I64", Array: BigInt64Array },
  int32: { code: "I32", Array: Int32Array },
  bool: { code: "BOOL", Array: Uint8Array },
  uint8: { code: "U8", Array: Uint8Array },
} as const satisfies Record<StoredDType, object>;

/** Bytes of one number. */
export const bytesOf = (dtype: StoredDType): number => storedTypes[dtype].Array.BYTES_PER_ELEMENT;

/** The data type with a given name in safetensors files; undefined where there is none. */
export const dtypeCalled = (code: unknown): StoredDType | undefined =>
  (Object.keys(storedTypes) as StoredDType[]).find((dtype) => storedTypes[dtype].code === code);

/** How many numbers a shape holds. */
export const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
