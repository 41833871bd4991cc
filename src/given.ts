import { SteepestError } from "./errors.js";
import { shown } from "./shown.js";

/** What was given in place of something else, for an error message: plain JavaScript lets through what types do not. */
export const givenText = (given: unknown): string => {
  if (typeof given === "function") return `the function ${given.name || "given"}, which has to be called`;
  if (typeof given === "string") return shown(given);
  if (typeof given === "bigint") return `${given}n`;
  if (given instanceof Promise) return "a promise";
  if (Array.isArray(given)) return given.length === 0 ? "an empty list" : `a list of ${given.length}`;
  if (ArrayBuffer.isView(given)) return `a ${given.constructor.name}`;
  return typeof given === "object" && given !== null ? "an object" : String(given);
};

/** Throws, as only plain JavaScript needs, unless `given` is a Float64Array; `what` names it. A list would fail further on, in other words. */
export const requireFloat64 = (what: string, given: unknown): void => {
  // By its tag: an array of another realm is one as well.
  if (Object.prototype.toString.call(given) === "[object Float64Array]") return;
  throw new SteepestError(
    `${what} is ${givenText(given)}; give a Float64Array, as Float64Array.of(1, 2) makes one`,
  );
};

/** A list of numbers as a Float64Array; throws where an element is anything else, which would count as 0 or NaN; `what` names it. */
export const numbersOf = (what: string, given: ArrayLike<number>): Float64Array => {
  if (ArrayBuffer.isView(given)) return Float64Array.from(given);
  if (!Array.isArray(given))
    throw new SteepestError(`${what} is ${givenText(given)}; give a list of numbers`);
  const wrong = given.findIndex((value) => typeof value !== "number");
  if (wrong >= 0) {
    throw new SteepestError(
      `${what} has ${givenText(given[wrong])} as its number ${wrong}; give numbers only`,
    );
  }
  return Float64Array.from(given);
};
