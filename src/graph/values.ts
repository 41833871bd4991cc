import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { arrayKind, type DType, holdsDType, ownArray, type TypedArray } from "./dtype.js";

/** Values of a tensor in row-major order. */
export type Values = TypedArray | readonly number[];

/** What one element of a data type may be, and how an error message says it. */
const elements: Readonly<
  Record<DType, { readonly holds: (value: unknown) => boolean; readonly expected: string }>
> = {
  float32: { holds: (value) => typeof value === "number", expected: "numbers" },
  float64: { holds: (value) => typeof value === "number", expected: "numbers" },
  int64: {
    holds: (value) => typeof value === "bigint" || Number.isSafeInteger(value),
    expected: "whole numbers",
  },
  bool: { holds: (value) => [0, 1, false, true].includes(value as number), expected: "0, 1, true or false" },
};

/** A typed array of the memory layout of `dtype` holding the given numbers. */
export const typedArray = (dtype: DType, values: readonly number[]): TypedArray => {
  if (dtype === "float32") return Float32Array.from(values);
  if (dtype === "float64") return Float64Array.from(values);
  if (dtype === "int64") return BigInt64Array.from(values, BigInt);
  return Uint8Array.from(values);
};

/**
 * Values as an array of the memory layout of `dtype`: an array that has it already, or a list of numbers. Throws where they are
 * anything else, as plain JavaScript allows; `what` names them in the error.
 */
export const arrayOf = (what: string, dtype: DType, values: unknown): TypedArray => {
  if (ArrayBuffer.isView(values)) {
    if (holdsDType(dtype, values)) return ownArray(dtype, values);
    throw new SteepestError(`${what}: expected ${dtype} values, got a ${arrayKind(values)}`);
  }
  const { holds, expected } = elements[dtype];
  if (!Array.isArray(values)) {
    throw new SteepestError(
      `${what}: expected a list of ${expected}, or a typed array, got ${givenText(values)}`,
    );
  }
  const wrong = values.findIndex((value) => !holds(value));
  if (wrong >= 0) {
    const given = values[wrong];
    const hint = Array.isArray(given) ? "; flatten the lists into one, row by row" : "";
    throw new SteepestError(`${what}: element ${wrong} is ${givenText(given)}, expected ${expected}${hint}`);
  }
  return typedArray(dtype, values);
};
