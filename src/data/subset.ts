import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { refuseUnknown } from "../options.js";
import { random } from "../random/random.js";
import { type Dataset, inputSize } from "./dataset.js";

/** The examples `indices` of a dataset, in that order. Throws when an index is not an example of it. */
export const subset = (dataset: Dataset, indices: ArrayLike<number>): Dataset => {
  const chosen = Uint32Array.from(indices);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] ?? -1;
    if (chosen[i] !== index || index >= dataset.size) {
      throw new SteepestError(
        `subset of "${dataset.name}": indices[${i}] is ${index}; give integers from 0 to ${dataset.size - 1}`,
      );
    }
  }
  if (chosen.length === 0)
    throw new SteepestError(`subset of "${dataset.name}": no indices; give at least one`);
  return {
    ...dataset,
    size: chosen.length,
    read: (rows, inputs, targets) => {
      const mapped = new Uint32Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const index = chosen[rows[i] ?? -1];
        if (index === undefined) {
          throw new SteepestError(
            `subset of "${dataset.name}": no example ${rows[i]}; it has ${chosen.length}`,
          );
        }
        mapped[i] = index;
      }
      return dataset.read(mapped, inputs, targets);
    },
  };
};

/** The first n examples of a dataset. Throws unless n is an integer from 1 to its size. */
export const take = (dataset: Dataset, n: number): Dataset => {
  if (!Number.isInteger(n) || n < 1 || n > dataset.size) {
    throw new SteepestError(`take(${n}) of "${dataset.name}": give an integer from 1 to ${dataset.size}`);
  }
  return subset(
    dataset,
    Uint32Array.from({ length: n }, (_, i) => i),
  );
};

/** How much goes to validation, as a fraction of the examples or as a number of them, and how it is drawn. */
export type SplitOptions = ({ readonly fraction: number } | { readonly count: number }) & {
  readonly seed: number;
  /** Keep the share of each class equal in both parts, to within one example. @defaultValue false */
  readonly stratified?: boolean;
};

/**
 * Divides a dataset at random into two disjoint parts that together hold every example; the division is a function of
 * the seed. Stratified division reads every example once, so its source must be in memory.
 *
 * Throws when a part would be empty, or on `stratified` for targets that are not classes or a source that reads
 * asynchronously.
 */
export const split = (dataset: Dataset, options: SplitOptions): { train: Dataset; validation: Dataset } => {
  refuseUnknown("split", options, ["fraction", "count", "seed", "stratified"]);
  const { seed, stratified = false } = options;
  const count = "count" in options ? options.count : Math.round(options.fraction * dataset.size);
  if (!Number.isInteger(count) || count < 1 || count >= dataset.size) {
    const given = "count" in options ? `count ${options.count}` : `fraction ${options.fraction}`;
    throw new SteepestError(
      `split of "${dataset.name}": ${given} of ${dataset.size} examples leaves one part empty or is not a number of them`,
    );
  }
  const shuffled = random(seed, "split").permutation(dataset.size);
  const order = stratified ? spreadClasses(shuffled, labels(dataset)) : shuffled;
  const validation = order.slice(0, count).sort();
  const train = order.slice(count).sort();
  return { train: subset(dataset, train), validation: subset(dataset, validation) };
};

/**
 * Reorders so that every prefix holds each class in its overall share: the k-th of a class's n_c examples is placed
 * at position (k + ½) / n_c of the whole.
 */
const spreadClasses = (order: Uint32Array, labels: Float32Array): Uint32Array => {
  const total = new Map<number, number>();
  for (const label of labels) total.set(label, (total.get(label) ?? 0) + 1);
  const seen = new Map<number, number>();
  const places = Array.from(order, (index) => {
    const label = labels[index] ?? missing();
    const k = seen.get(label) ?? 0;
    seen.set(label, k + 1);
    return { index, place: (k + 0.5) / (total.get(label) ?? missing()) };
  });
  return Uint32Array.from(
    places.sort((a, b) => a.place - b.place),
    ({ index }) => index,
  );
};

const labels = (dataset: Dataset): Float32Array => {
  if (dataset.target.kind !== "class") {
    throw new SteepestError(`stratified split of "${dataset.name}": its targets are values, not classes`);
  }
  const all = new Float32Array(dataset.size);
  const input = new Float32Array(inputSize(dataset));
  for (let i = 0; i < dataset.size; i++) {
    if (dataset.read([i], input, all.subarray(i, i + 1)) !== undefined) {
      throw new SteepestError(
        `stratified split of "${dataset.name}": its examples are read asynchronously; split it without \`stratified\``,
      );
    }
  }
  return all;
};
