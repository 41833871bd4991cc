import { missing } from "../missing.js";

/** `aᵀb`. */
export const dot = (a: Float64Array, b: Float64Array): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? missing()) * (b[i] ?? missing());
  return total;
};

/** `‖a‖²`. */
export const squaredNorm = (a: Float64Array): number => dot(a, a);

/** `‖a‖`. */
export const norm = (a: Float64Array): number => Math.sqrt(squaredNorm(a));

/** `a + factor · b`, in a new array. */
export const plus = (a: Float64Array, b: Float64Array, factor = 1): Float64Array =>
  a.map((ai, i) => ai + factor * (b[i] ?? missing()));

/** `a - b`, in a new array. */
export const minus = (a: Float64Array, b: Float64Array): Float64Array => plus(a, b, -1);

/** `factor · a`, in a new array. */
export const scaled = (a: Float64Array, factor: number): Float64Array => a.map((ai) => factor * ai);

/** Whether no element is NaN or infinite. */
export const allFinite = (a: Float64Array): boolean => a.every(Number.isFinite);
