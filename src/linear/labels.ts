import { SteepestError } from "../errors.js";

/**
 * Labels of two classes as 0 and 1, the numbers of the classes. They may also be given as -1 and +1, which mean the same
 * two; not both ways in one y.
 * Throws for any other number.
 */
export const binaryLabels = (what: string, y: Float64Array): Float64Array => {
  const negative = y.includes(-1) ? -1 : 0;
  const wrong = y.findIndex((label) => label !== negative && label !== 1);
  if (wrong >= 0) {
    throw new SteepestError(
      `${what}: the target of example ${wrong} is ${y[wrong]}${negative === -1 ? ", others are -1" : ""}; give class numbers 0 and 1 (or -1 and +1)`,
    );
  }
  return y.map((label) => (label === 1 ? 1 : 0));
};
