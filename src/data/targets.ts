import { SteepestError } from "../errors.js";
import type { TargetKind } from "./dataset.js";

/** The number of targets of an example: its class, or its values. */
export const targetSize = (target: TargetKind): number => (target.kind === "class" ? 1 : target.size);

/**
 * Throws, naming the first example, where one of the targets of a dataset is not what it says that they are: a class number, or finite
 * in float32. `exampleOf` tells which example of the dataset a row is.
 */
export const requireTargets = (
  name: string,
  target: TargetKind,
  values: ArrayLike<number>,
  exampleOf: (row: number) => number,
): void => {
  const size = targetSize(target);
  const isLabel = (value: number): boolean =>
    target.kind !== "class" || (Number.isInteger(value) && value >= 0 && value < target.classes);
  for (let k = 0; k < values.length; k++) {
    const value = Math.fround(Number(values[k]));
    if (Number.isFinite(value) && isLabel(value)) continue;
    const example = exampleOf(Math.floor(k / size));
    throw new SteepestError(
      target.kind === "class" && Number.isFinite(value)
        ? `dataset "${name}": label of example ${example} is ${values[k]}; labels are integers from 0 to ${target.classes - 1}`
        : `dataset "${name}": target of example ${example} is ${values[k]}; it must be finite in float32`,
    );
  }
};
