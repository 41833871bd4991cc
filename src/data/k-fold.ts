import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import type { Dataset } from "./dataset.js";
import { classesOf, subset } from "./subset.js";

export interface KFoldOptions {
  /** How many parts; each is tested on once. @defaultValue 5 */
  readonly folds?: number;
  /** The division is a function of it. @defaultValue 0 */
  readonly seed?: number;
  /** Keep the share of each class in every part: of the only class target, or of that named. @defaultValue false */
  readonly stratified?: boolean | string;
}

/**
 * Divides a dataset at random into parts of equal size, to within one example, and gives for each of them the part to test on and all others to
 * train on: cross-validation.
 *
 * ```ts
 * const errors: number[] = [];
 * for (const { train, test } of kFold(data, { folds: 5 })) {
 *   errors.push((await fit(net, { train, test }, { epochs: 1 })).test?.error ?? 100);
 * }
 * ```
 *
 * Throws where a part would be empty, and, stratified, for targets that are not classes or a source that reads asynchronously.
 */
export const kFold = (
  data: Dataset,
  options: KFoldOptions = {},
): readonly { readonly train: Dataset; readonly test: Dataset }[] => {
  const {
    folds = 5,
    seed = 0,
    stratified = false,
  } = requireKnown("kFold", options, ["folds", "seed", "stratified"]);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= data.size)) {
    throw new SteepestError(
      `kFold of "${data.name}": folds must be a whole number from 2 to its ${data.size} examples, got ${givenText(folds)}`,
    );
  }
  const order = random(seed, "folds").permutation(data.size);
  if (stratified !== false) {
    // Class after class, each dealt out in turn.
    const classes = classesOf(data, stratified);
    order.sort((a, b) => (classes[a] ?? missing()) - (classes[b] ?? missing()));
  }
  return Array.from({ length: folds }, (_, fold) => ({
    train: subset(data, order.filter((_index, place) => place % folds !== fold).sort()),
    test: subset(data, order.filter((_index, place) => place % folds === fold).sort()),
  }));
};
