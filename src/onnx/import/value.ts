import { batchSize, concat, constant, type DType, reshape, scalar, type Tensor } from "../../graph/index.js";
import { type Dim, factorOf } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import type { Whole } from "../schema.js";
import type { Stored } from "../tensors.js";

/** A number known when a model is read; of a shape, perhaps the batch size or a multiple of it. A bigint beyond 2^53. */
export type KnownNumber = Dim | bigint;

/** Numbers known when a model is read: shapes, axes, indices, limits. */
export interface Known {
  readonly dtype: DType;
  /** No more than one axis where the batch is among the values. */
  readonly shape: readonly number[];
  readonly values: readonly KnownNumber[];
}

/** A value while a model is read: a tensor of the graph, created when it is first asked for, and its numbers if known. */
export interface Value {
  readonly tensor: () => Tensor;
  readonly known: () => Known | undefined;
  /** Whether it is a known scalar or vector of whole numbers or bools: what shapes are computed from. */
  readonly isWhole: boolean;
}

/** So many numbers at most are computed with while a model is read: shapes and indices, not data. */
export const mostKnown = 2 ** 20;

const isWhole = ({ dtype, shape }: Known | Stored) =>
  (dtype === "int64" || dtype === "bool") && shape.length <= 1 && (shape[0] ?? 1) <= mostKnown;

/** A whole number in the form that is exact. */
export const whole = (value: bigint): Whole => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

export const knownOf = ({ dtype, shape, values }: Stored): Known => ({
  dtype,
  shape,
  values:
    values instanceof BigInt64Array ? Array.from<bigint, Whole>(values, whole) : Array.from(values, Number),
});

const scalarOf = (value: KnownNumber, dtype: DType): Tensor => {
  if (typeof value === "number") return scalar(value, dtype);
  if (typeof value === "string") return batchSize(dtype).mul(factorOf(value));
  return dtype === "int64" ? constant(BigInt64Array.of(value), [], dtype) : scalar(Number(value), dtype);
};

/** Known numbers as a tensor of the graph; those that are the batch size are filled in when the graph runs. */
export const tensorOf = ({ dtype, shape, values }: Known): Tensor => {
  if (shape.length === 0) return scalarOf(values[0] ?? missing(), dtype);
  const parts = values.filter((value) => typeof value === "string");
  if (parts.length > 0) return concat(values.map((value) => reshape(scalarOf(value, dtype), [1])));
  return dtype === "int64"
    ? constant(
        BigInt64Array.from(values, (value) => BigInt(value)),
        shape,
        dtype,
      )
    : constant(values.map(Number), shape, dtype);
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const valueOfTensor = (tensor: Tensor): Value => ({
  tensor: () => tensor,
  known: () => undefined,
  isWhole: false,
});

export const valueOfKnown = (known: Known): Value => ({
  tensor: once(() => tensorOf(known)),
  known: () => known,
  isWhole: isWhole(known),
});

/** Stored numbers as a constant of the graph. */
export const constantOf = (stored: Stored): Tensor =>
  stored.shape.length === 0 ? tensorOf(knownOf(stored)) : constant(stored.values, stored.shape, stored.dtype);

/** Stored numbers, which are a constant unless told otherwise. */
export const valueOfStored = (stored: Stored, tensor: () => Tensor = () => constantOf(stored)): Value => ({
  tensor: once(tensor),
  known: once(() => knownOf(stored)),
  isWhole: isWhole(stored),
});
