import { numberText } from "../../figures/index.js";

/** The value that a share of the numbers lies below; 0.5 for the median. */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

/** `count` numbers from `first` to `last`, evenly spaced in their logarithm. */
export const logSpaced = (first: number, last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first * (last / first) ** (i / Math.max(1, count - 1)));

/** A number as sentences and tables write it: three significant digits, 1.23·10⁻⁷ where it is small or large. */
export const short = (value: number): string => numberText(value, 3);
