import { missing } from "./missing.js";

/** `aᵀb`, of the elements from `from` on. */
export const dot = (a: Float64Array, b: Float64Array, from = 0): number => {
  let total = 0;
  for (let i = from; i < a.length; i++) total += (a[i] ?? missing()) * (b[i] ?? missing());
  return total;
};

/** `‖a‖²`. */
export const squaredNorm = (a: Float64Array): number => dot(a, a);

/** Squares below this may have lost digits, to numbers that are too small for float64 to hold in full. */
const TINY = 1e-280;

/** `‖a‖`, also where the squares are too small or too large for float64. */
export const norm = (a: Float64Array): number => {
  const square = squaredNorm(a);
  if (square > TINY && square < Infinity) return Math.sqrt(square);
  const largest = largestOf(a);
  if (!(largest > 0 && largest < Infinity)) return largest;
  return largest * Math.sqrt(a.reduce((sum, x) => sum + (x / largest) ** 2, 0));
};

/** `max |aᵢ|`. */
export const largestOf = (a: Float64Array): number => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** `a + factor · b`, in a new array. */
export const plus = (a: Float64Array, b: Float64Array, factor = 1): Float64Array =>
  a.map((ai, i) => ai + factor * (b[i] ?? missing()));

/** `a - b`, in a new array. */
export const minus = (a: Float64Array, b: Float64Array): Float64Array => plus(a, b, -1);

/** `‖a - b‖`. */
export const distance = (a: Float64Array, b: Float64Array): number => norm(minus(a, b));

/** `factor · a`, in a new array. */
export const scaled = (a: Float64Array, factor: number): Float64Array => a.map((ai) => factor * ai);

/** Whether no element is NaN or infinite. */
export const allFinite = (a: Float64Array): boolean => a.every(Number.isFinite);

/** The power of 2 at or just below a number > 0, and 1 for 0: to scale by without changing a digit. Its inverse is finite too. */
export const powerBelow = (size: number): number =>
  size === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(size))));
