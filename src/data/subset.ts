import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { refuseUnknown } from "../options.js";
import { random } from "../random/random.js";
import { listed, shown } from "../shown.js";
import type { Dataset } from "./dataset.js";
import { newRows } from "./rows.js";

/** The examples `indices` of a dataset, in that order. Throws when an index is not an example of it. */
export const subset = (dataset: Dataset, indices: ArrayLike<number>): Dataset => {
  if (dataset.streamed) {
    throw new SteepestError(
      `subset of "${dataset.name}": the examples of a stream come in order, and none can be chosen; give parts as datasets of their own`,
    );
  }
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
    read: (rows, into, epoch) => {
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
      return dataset.read(mapped, into, epoch);
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
  /** Keep the share of each class equal in both parts, to within one example: of the only class target, or of that named. @defaultValue false */
  readonly stratified?: boolean | string;
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
  const order = stratified === false ? shuffled : spreadClasses(shuffled, classesOf(dataset, stratified));
  const validation = order.slice(0, count).sort();
  const train = order.slice(count).sort();
  return { train: subset(dataset, train), validation: subset(dataset, validation) };
};

/**
 * Reorders so that every prefix holds each class in its overall share: the k-th of a class's n_c examples is placed
 * at position (k + ½) / n_c of the whole.
 */
export const spreadClasses = (order: Uint32Array, labels: ArrayLike<number>): Uint32Array => {
  const total = new Map<number, number>();
  for (const label of Array.from(labels)) total.set(label, (total.get(label) ?? 0) + 1);
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

/** The name of the target whose classes are kept in their shares. */
const stratifiedBy = ({ name, targets }: Dataset, stratified: true | string): string => {
  const isClass = (target: string) => targets[target]?.kind === "class" && targets[target].shape.length === 0;
  const classes = Object.keys(targets).filter(isClass);
  if (stratified !== true) {
    if (classes.includes(stratified)) return stratified;
    throw new SteepestError(
      `stratified split of "${name}": ${shown(stratified)} is no target with a class for each example; there ${classes.length === 0 ? "are none" : `is ${listed(classes)}`}`,
    );
  }
  const [first, second] = classes;
  if (first !== undefined && second === undefined) return first;
  throw new SteepestError(
    `stratified split of "${name}": ${first === undefined ? "its targets are values, not classes" : `several targets are classes (${listed(classes)}); name one, as in stratified: "${first}"`}`,
  );
};

/** The class of each example, of the only class target or of that named. Throws where there is none, or examples are read asynchronously. */
export const classesOf = (dataset: Dataset, stratified: true | string): ArrayLike<number> => {
  const target = stratifiedBy(dataset, stratified);
  const row = newRows(dataset, 1);
  return Int32Array.from({ length: dataset.size }, (_, i) => {
    if (dataset.read([i], row) !== undefined) {
      throw new SteepestError(
        `stratified split of "${dataset.name}": its examples are read asynchronously; split it without \`stratified\``,
      );
    }
    return row.targets[target]?.[0] ?? missing();
  });
};
