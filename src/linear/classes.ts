import { SteepestError } from "../errors.js";

/** Throws unless the targets are the numbers 0 … classes − 1 and every class has an example. */
export const checkClasses = (what: string, y: Float64Array, classes: number): void => {
  const wrong = y.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong >= 0) {
    throw new SteepestError(
      `${what}: the target of example ${wrong} is ${y[wrong]}; class numbers are integers from 0 to ${classes - 1}`,
    );
  }
  const present = new Set(y);
  const absent = Array.from({ length: classes }, (_, c) => c).find((c) => !present.has(c));
  if (absent !== undefined || classes < 2) {
    throw new SteepestError(
      `${what}: ${classes < 2 ? "only one class" : `class ${absent} has no example`}; give examples of every class, at least two`,
    );
  }
};
