import { kFold } from "../data/k-fold.js";
import { SteepestError, UsageError } from "../errors.js";
import { missing } from "../missing.js";
import type { Splits } from "../train/options.js";
import { count } from "./output.js";

/** One part of a cross-validation: which of how many it is tested on. */
export interface FoldOption {
  /** 1 for the first. */
  readonly fold: number;
  readonly of: number;
}

/**
 * The training examples of a task without those of a fold, on which it is tested in place of the task's own test part. Each class keeps its share where classes
 * can be read at once; pictures that are decoded on the way are dealt out at random.
 */
export const withoutFold = (
  { train, validation }: Splits,
  { fold, of }: FoldOption,
  seed: number,
): { readonly data: Splits; readonly note: string } => {
  if (train.streamed)
    throw new UsageError(`--folds ${of}: "${train.name}" is a stream, of which no parts can be chosen`);
  if (of > train.size) throw new UsageError(`--folds ${of}: there are only ${train.size} training examples`);
  const { folds, how } = dealt({ train, of, seed });
  const chosen = folds[fold - 1] ?? missing();
  return {
    data: { ...chosen, ...(validation && { validation }) },
    note: `fold ${fold} of ${of}: tested on ${count(chosen.test.size)} of the ${count(train.size)} training examples, dealt out ${how}; the test part is not looked at`,
  };
};

const dealt = ({
  train,
  of,
  seed,
}: {
  readonly train: Splits["train"];
  readonly of: number;
  readonly seed: number;
}) => {
  const options = { folds: of, seed };
  const isClass = Object.values(train.targets).filter(({ kind }) => kind === "class").length === 1;
  if (isClass) {
    try {
      return { folds: kFold(train, { ...options, stratified: true }), how: "with each class in its share" };
    } catch (error) {
      if (!(error instanceof SteepestError)) throw error;
    }
  }
  return { folds: kFold(train, options), how: "at random" };
};
