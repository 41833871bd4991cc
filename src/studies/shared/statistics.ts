import { numberText } from "../../figures/index.js";
import { missing } from "../../missing.js";

/** Σx / n. */
export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? missing();
  return sum / values.length;
};

/** Σ(x − x̄)² / n. */
export const variance = (values: ArrayLike<number>): number => {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] ?? missing()) - centre) ** 2;
  return sum / values.length;
};

/** Standard error of the mean of independent numbers: their standard deviation (n − 1) over √n. */
export const standardError = (values: ArrayLike<number>): number =>
  Math.sqrt(variance(values) / (values.length - 1));

/** ‖x‖₂. */
export const norm = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? missing()) ** 2;
  return Math.sqrt(sum);
};

/** ‖a − b‖₂. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? missing()) - (b[i] ?? missing())) ** 2;
  return Math.sqrt(sum);
};

/** The value that a share of the numbers lies below; 0.5 for the median. */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

/** `count` numbers from `low` to `high`, evenly spaced in their logarithm. */
export const logSpaced = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));

/** A number as sentences and tables write it: three significant digits, 1.23·10⁻⁷ where it is small or large. */
export const short = (value: number): string => numberText(value, 3);
