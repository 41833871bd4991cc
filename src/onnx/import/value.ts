import { batchSize, concat, constant, type DType, reshape, scalar, type Tensor } from "../../graph/index.js";
import { batch, type Dim } from "../../graph/shape.js";
import type { Stored } from "../tensors.js";

/** Numbers known when a model is read (shapes, axes, indices, limits). One that is the batch size is `"batch"`. */
export interface Known {
  readonly dtype: DType;
  /** No more than one axis where the batch is among the values. */
  readonly shape: readonly number[];
  readonly values: readonly Dim[];
}

/** A value while a model is read: a tensor of the graph, created when it is first asked for, and its numbers if known. */
export interface Value {
  readonly tensor: () => Tensor;
  readonly known: () => Known | undefined;
  /** Whether it is a known scalar or vector of whole numbers or bools: what shapes are computed from. */
  readonly isWhole: boolean;
}

const isWhole = ({ dtype, shape }: Known | Stored) =>
  (dtype === "int64" || dtype === "bool") && shape.length <= 1;

export const knownOf = ({ dtype, shape, values }: Stored): Known => ({
  dtype,
  shape,
  values: Array.from(values, Number),
});

/** Known numbers as a tensor of the graph; those that are the batch size are filled in when the graph runs. */
export const tensorOf = ({ dtype, shape, values }: Known): Tensor => {
  const [first = 0] = values;
  if (shape.length === 0) return first === batch ? batchSize(dtype) : scalar(first, dtype);
  if (!values.includes(batch)) return constant(values.map(Number), shape, dtype);
  const parts = values.map((value) =>
    value === batch ? reshape(batchSize(dtype), [1]) : constant([value], [1], dtype),
  );
  return concat(parts);
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

/** Stored numbers that become a tensor in a way of their own. */
export const valueOfStored = (stored: Stored, tensor: () => Tensor): Value => ({
  tensor: once(tensor),
  known: once(() => knownOf(stored)),
  isWhole: isWhole(stored),
});
