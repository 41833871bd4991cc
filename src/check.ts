import { SteepestError } from "./errors.js";

/** A condition on a number, and how an error message says it. */
export interface Range {
  readonly holds: (value: number) => boolean;
  readonly expected: string;
}

export const notNegative: Range = {
  holds: (value) => Number.isFinite(value) && value >= 0,
  expected: "a finite number that is not negative",
};

/** In float32, in which networks compute: 1e-46 would be 0 there, and a division by it NaN. */
export const positive: Range = {
  holds: (value) => Number.isFinite(value) && Math.fround(value) > 0,
  expected: "a finite number above 0 in float32",
};

/** A decay factor: 0 forgets at once, and 1, which never forgets, is refused. */
export const decayFactor: Range = {
  holds: (value) => value >= 0 && value < 1,
  expected: "a number from 0 up to, but not including, 1",
};

/** A share of a whole. */
export const share: Range = {
  holds: (value) => value >= 0 && value <= 1,
  expected: "a number from 0 to 1",
};

export const positiveCount: Range = {
  holds: (value) => Number.isInteger(value) && value >= 1,
  expected: "a whole number of at least 1",
};

/** Throws unless each of the named values lies in the range. `where` names the function that they were given to. */
export const check = (where: string, range: Range, values: Readonly<Record<string, number>>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (!range.holds(value)) {
      throw new SteepestError(`${where}: ${name} is ${value}; expected ${range.expected}`);
    }
  }
};

/** Throws unless the named value is one of the words, as only plain JavaScript allows. */
export const checkOneOf = (where: string, name: string, value: string, words: readonly string[]): void => {
  if (words.includes(value)) return;
  const list = words.map((word) => `"${word}"`).join(" or ");
  throw new SteepestError(`${where}: ${name} is ${JSON.stringify(value)}; expected ${list}`);
};
