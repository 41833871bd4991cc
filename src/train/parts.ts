import { type Batch, batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { HostTensors } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";

/** Examples that a network in use answers at a time: many more would take memory for their activations, and gain no time. */
export const rowsAtOnce = 512;

/** A dataset from its first example to its last. */
export const inOrder = (data: Dataset): AsyncGenerator<Batch, void, void> =>
  batches(data, { batchSize: Math.min(rowsAtOnce, data.size), seed: 0, epoch: 0, shuffle: false });

/** An output that a program must have. */
export const numbersOf = (outputs: HostTensors, name: string): Float32Array =>
  (outputs[name] ?? missing()).data as Float32Array;

/** Some examples side by side. */
interface Part {
  readonly size: number;
}

/** Raw inputs of `width` numbers, one after another, in parts. */
export function* partsOf(
  inputs: ArrayLike<number>,
  width: number,
): Generator<Part & { readonly inputs: Float32Array }, void, void> {
  for (let start = 0; start < inputs.length; start += rowsAtOnce * width) {
    const end = Math.min(inputs.length, start + rowsAtOnce * width);
    const part =
      inputs instanceof Float32Array
        ? inputs.subarray(start, end)
        : Float32Array.from({ length: end - start }, (_, i) => Number(inputs[start + i]));
    yield { size: part.length / width, inputs: part };
  }
}

/** What is answered to each part, put together: an array each of what `answer` gives, with the rows of all examples. */
export const answered = async <P extends Part, Name extends string>(
  examples: number,
  parts: Iterable<P> | AsyncIterable<P>,
  answer: (part: P) => Promise<Readonly<Record<Name, ArrayLike<number>>>>,
): Promise<Record<Name, Float32Array>> => {
  let all: Record<Name, Float32Array> | undefined;
  let done = 0;
  for await (const part of parts) {
    const rows = Object.entries<ArrayLike<number>>(await answer(part));
    all ??= Object.fromEntries(
      rows.map(([name, values]) => [name, new Float32Array((values.length / part.size) * examples)]),
    ) as Record<Name, Float32Array>;
    for (const [name, values] of rows) all[name as Name].set(values, (values.length / part.size) * done);
    done += part.size;
  }
  if (!all) throw new SteepestError("there are no examples to answer");
  return all;
};
