import { SteepestError } from "../errors.js";

/**
 * Throws unless the targets are the numbers 0 … K − 1 and every class has an example, K being the number of classes given
 * or else the largest target plus one. Gives K.
 */
export const checkClasses = (what: string, y: Float64Array, given?: number): number => {
  const wrong = y.findIndex(
    (label) => !(Number.isInteger(label) && label >= 0 && (given === undefined || label < given)),
  );
  if (wrong >= 0) {
    throw new SteepestError(
      `${what}: the target of example ${wrong} is ${y[wrong]}; class numbers are integers from 0 ${given === undefined ? "on" : `to ${given - 1}`}`,
    );
  }
  const present = new Set(y);
  const classes = given ?? y.reduce((most, label) => Math.max(most, label), 0) + 1;
  let absent = 0;
  // Ends after as many classes as there are, also where a target is a huge number by mistake.
  while (absent < classes && present.has(absent)) absent++;
  if (absent < classes || classes < 2) {
    throw new SteepestError(
      `${what}: ${classes < 2 ? "only one class" : `class ${absent} has no example`}; give examples of every class, at least two`,
    );
  }
  return classes;
};
