import { SteepestError } from "../errors.js";
import { noQuotient } from "../onnx/lowerings/wholeDivision.js";

/** What a failure of ONNX Runtime tells, where it is a number that was given, not the model. */
const meanings: readonly [failure: RegExp, (...found: readonly string[]) => string][] = [
  [
    new RegExp(`idx=${noQuotient} `),
    () =>
      "div: a whole number is divided by 0, or -2^63 by -1, which have no whole quotient; divide by other numbers, or cast to float64 before",
  ],
  [
    /idx=(-?\d+) must be within the inclusive range \[(-?\d+),(-?\d+)\]/,
    (index, lowest, highest) =>
      highest === "-1"
        ? `gather: the index ${index} is out of range; the axis that is gathered from has no elements`
        : `gather: the index ${index} is out of range; give whole numbers from 0 to ${highest}, or from ${lowest} to -1 to count from the end`,
  ],
  [
    /invalid indice found, indice = (-?\d+)/,
    (index) =>
      `scatterAdd: the index ${index} is out of range; give whole numbers from 0 to the number of rows - 1, or negative ones to count from the end`,
  ],
];

/** One line that says what was wrong with the numbers a graph was given, or undefined where the runtime failed otherwise. */
export const wrongNumber = (failure: string): string | undefined => {
  for (const [pattern, tell] of meanings) {
    const [match, ...found] = pattern.exec(failure) ?? [];
    if (match !== undefined) return tell(...found);
  }
  return undefined;
};

/** Tells in one line what the runtime could not do. */
export const told = async <T>(what: "load" | "run", work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SteepestError(
      wrongNumber(reason) ?? `ONNX Runtime does not ${what} this model: ${reason.split("\n")[0]}`,
      { cause: error },
    );
  }
};
