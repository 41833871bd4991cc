import { SteepestError } from "../../errors.js";
import { formatShape } from "../../graph/shape.js";
import { inputName, type Tensor, type TypedArray } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { hostTensor } from "../compile.js";
import type { HostTensor } from "../engine.js";
import type { BatchArray, FedValues } from "./session.js";
import { countAt } from "./shapes.js";

/** Memory for one input of a batch. */
export interface DataPlace {
  readonly tensor: Tensor;
  /** What is written by whoever has the data. */
  readonly written: BatchArray;
  /** What the engine reads: the same memory, but for int64. */
  readonly read: TypedArray;
  /** Brings what was written for a batch of `size` examples to what is read. */
  readonly feed: (size: number) => void;
}

/** Writes int32 numbers as int64, without a BigInt for each: the low word, and above it the sign. */
export const widen = (from: Int32Array, into: BigInt64Array): void => {
  const words = new Int32Array(into.buffer, into.byteOffset, 2 * from.length);
  for (let i = 0; i < from.length; i++) {
    const value = from[i] ?? missing();
    words[2 * i] = value;
    words[2 * i + 1] = value >> 31;
  }
};

const asWritten = () => {};

/** Makes the memory for an input of batches of up to `batchSize` examples. Throws where its type cannot be fed. */
export const placeData = (tensor: Tensor, batchSize: number): DataPlace => {
  const count = countAt(tensor, batchSize);
  if (tensor.dtype === "int64") {
    const written = new Int32Array(count);
    const read = new BigInt64Array(count);
    const feed = (size: number) => widen(written.subarray(0, countAt(tensor, size)), read);
    return { tensor, written, read, feed };
  }
  if (tensor.dtype === "float64") {
    throw new SteepestError(
      `input "${inputName(tensor)}" ${formatShape(tensor.shape)} is of type float64; training is fed float32, int64 or bool`,
    );
  }
  const written = tensor.dtype === "bool" ? new Uint8Array(count) : new Float32Array(count);
  return { tensor, written, read: written, feed: asWritten };
};

/** Values for an input of a graph, where int64 may come as int32. */
export const fedTensor = (x: Tensor, values: FedValues | undefined): HostTensor => {
  if (!(values instanceof Int32Array)) return hostTensor(x, values);
  if (x.dtype !== "int64") return hostTensor(x, Array.from(values));
  const wide = new BigInt64Array(values.length);
  widen(values, wide);
  return hostTensor(x, wide);
};
