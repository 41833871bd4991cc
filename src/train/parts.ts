import { type Batch, batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { HostTensors } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { ReadBatch } from "./given-batch.js";

/** Examples that a network in use answers at a time: many more would take memory for their activations, and gain no time. */
export const rowsAtOnce = 512;

/** A dataset from its first example to its last. */
export const inOrder = (data: Dataset): AsyncGenerator<Batch, void, void> =>
  batches(data, { batchSize: Math.min(rowsAtOnce, data.size), seed: 0, epoch: 0, shuffle: false });

/** An output that a program must have. */
export const numbersOf = (outputs: HostTensors, name: string): Float32Array => {
  const { data } = outputs[name] ?? missing();
  return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
};

/** A batch that was read, in parts of as many examples as are answered at once. */
export function* partsOf({ size, values }: ReadBatch): Generator<ReadBatch, void, void> {
  for (let start = 0; start < size; start += rowsAtOnce) {
    const end = Math.min(size, start + rowsAtOnce);
    yield {
      size: end - start,
      values: values.map((column) => {
        const width = column.length / size;
        return ArrayBuffer.isView(column)
          ? (column as Float32Array).subarray(start * width, end * width)
          : Array.prototype.slice.call(column, start * width, end * width);
      }),
    };
  }
}

/** Columns of so many rows that are put together from parts. */
export class Rows {
  readonly #examples: number;
  readonly #columns = new Map<string, Float32Array>();
  #done = 0;

  constructor(examples: number) {
    this.#examples = examples;
  }

  /** Puts the numbers of `size` examples behind those before them. */
  add(name: string, values: ArrayLike<number>, size: number): void {
    const width = values.length / size;
    const column = this.#columns.get(name) ?? new Float32Array(width * this.#examples);
    this.#columns.set(name, column);
    column.set(values, width * this.#done);
  }

  /** Moves on behind the examples whose numbers were added. */
  next(size: number): void {
    this.#done += size;
  }

  get all(): Readonly<Record<string, Float32Array>> {
    if (this.#done === 0) throw new SteepestError("there are no examples to answer");
    return Object.fromEntries(this.#columns);
  }
}
