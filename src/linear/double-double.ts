import { missing } from "../missing.js";

/**
 * Vectors of about 32 digits: every element is an unevaluated sum of two float64 numbers, high + low with |low| ≤ ulp(high)/2.
 * What least squares loses to cancellation, its residual y − Xw, is computed in them.
 * Source: Dekker (1971), "A floating-point technique for extending the available precision".
 */
export interface DoubleDouble {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

export const doubleDouble = (high: Float64Array): DoubleDouble => ({
  high: high.slice(),
  low: new Float64Array(high.length),
});

/** 2²⁷ + 1: splits a number into two halves of 26 bits, whose products are exact. */
const SPLIT = 134217729;

/**
 * Adds `sign·a·(b.high[j] + b.low[j])` for every element of the column `a` to `sum`.
 */
export const addProduct = (sum: DoubleDouble, column: Float64Array, high: number, low: number): void => {
  const { high: sh, low: sl } = sum;
  const big = SPLIT * high;
  const b1 = big - (big - high);
  const b2 = high - b1;
  for (let i = 0; i < column.length; i++) {
    const a = column[i] ?? missing();
    if (a === 0) continue;
    // product + error = a·high exactly.
    const product = a * high;
    const wide = SPLIT * a;
    const a1 = wide - (wide - a);
    const a2 = a - a1;
    const error = a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2) + a * low;
    // total + rest = sum.high + product exactly.
    const before = sh[i] ?? missing();
    const total = before + product;
    const shifted = total - before;
    const rest = before - (total - shifted) + (product - shifted) + (sl[i] ?? missing()) + error;
    const normal = total + rest;
    sh[i] = normal;
    sl[i] = rest - (normal - total);
  }
};

/** `aᵀb` for a column of float64 numbers and a vector of 32 digits. */
export const dotProduct = (column: Float64Array, { high, low }: DoubleDouble): readonly [number, number] => {
  let total = 0;
  let tail = 0;
  for (let i = 0; i < column.length; i++) {
    const a = column[i] ?? missing();
    const b = high[i] ?? missing();
    const product = a * b;
    const wideA = SPLIT * a;
    const a1 = wideA - (wideA - a);
    const a2 = a - a1;
    const wideB = SPLIT * b;
    const b1 = wideB - (wideB - b);
    const b2 = b - b1;
    const error = a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2) + a * (low[i] ?? missing());
    const before = total;
    const sum = before + product;
    const shifted = sum - before;
    const rest = before - (sum - shifted) + (product - shifted) + tail + error;
    total = sum + rest;
    tail = rest - (total - sum);
  }
  return [total, tail];
};

/** a ← a + b. */
export const add = (a: DoubleDouble, b: Float64Array): void => {
  for (let i = 0; i < b.length; i++) {
    const before = a.high[i] ?? missing();
    const term = b[i] ?? missing();
    const total = before + term;
    const shifted = total - before;
    const rest = before - (total - shifted) + (term - shifted) + (a.low[i] ?? missing());
    const normal = total + rest;
    a.high[i] = normal;
    a.low[i] = rest - (normal - total);
  }
};

/** a − b as float64 numbers, subtracted before they are rounded. */
export const difference = (a: DoubleDouble, b: DoubleDouble): Float64Array =>
  a.high.map(
    (high, i) => high - (b.high[i] ?? missing()) + ((a.low[i] ?? missing()) - (b.low[i] ?? missing())),
  );

/** `‖a‖²`, to float64's 16 digits. */
export const squaredNorm = ({ high, low }: DoubleDouble): number =>
  high.reduce((sum, h, i) => sum + (h + (low[i] ?? missing())) ** 2, 0);
