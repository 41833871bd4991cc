import { missing } from "./missing.js";

/*
 * `Math.min(...values)` hands every value over as an argument, of which about a hundred thousand fit on the stack: for arrays whose
 * length the user decides, these.
 */

/** The lowest of the values; Infinity where there are none, NaN where one is NaN. */
export const lowest = (values: ArrayLike<number>): number => {
  let low = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) low = Math.min(low, values[i] ?? Number.NaN);
  return low;
};

/** The highest of the values; -Infinity where there are none, NaN where one is NaN. */
export const highest = (values: ArrayLike<number>): number => {
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) high = Math.max(high, values[i] ?? Number.NaN);
  return high;
};

/** How far behind `from` the largest of `count` values stands; the first of equal ones. */
export const largestIn = (values: ArrayLike<number>, from: number, count: number): number => {
  let best = 0;
  for (let k = 1; k < count; k++)
    if ((values[from + k] ?? missing()) > (values[from + best] ?? missing())) best = k;
  return best;
};
