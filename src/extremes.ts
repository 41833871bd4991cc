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
