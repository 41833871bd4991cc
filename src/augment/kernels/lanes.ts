import { type Code, f32x4, i32, type Local, op, shuffle32 } from "../../engine/kernel/wasm.js";

/*
 * Arithmetic on vectors of four float32, short enough that a kernel reads like its formula.
 */

export const add = (a: Code, b: Code): Code => op("f32x4.add", a, b);
export const subtract = (a: Code, b: Code): Code => op("f32x4.sub", a, b);
export const multiply = (a: Code, b: Code): Code => op("f32x4.mul", a, b);
export const divide = (a: Code, b: Code): Code => op("f32x4.div", a, b);
export const floor = (a: Code): Code => op("f32x4.floor", a);
export const number = (value: number): Code => f32x4(value);
/** The smaller; where `a` is NaN, `b`. */
export const least = (a: Code, b: Code): Code => op("f32x4.pmin", b, a);
/** The larger; where `a` is NaN, `b`. */
export const most = (a: Code, b: Code): Code => op("f32x4.pmax", b, a);
/** A float32 variable in all four lanes. */
export const splat = (value: Local): Code => op("f32x4.splat", value.get);
/** One lane in all four. */
export const lane = (value: Local, index: number): Code =>
  shuffle32(value.get, value.get, [index, index, index, index]);
/** a + t·(b − a) */
export const lerp = (a: Local, b: Code, t: Code): Code => add(a.get, multiply(t, subtract(b, a.get)));

/** A sum of products `a·x + b·y + …`. */
export const sumOfProducts = (...terms: readonly (readonly [Code, Code])[]): Code =>
  terms.map(([a, b]) => multiply(a, b)).reduce(add);

/** Added to a float32 below 2²², this leaves the nearest whole number in the low bits of the sum (1.5·2²³). */
const SHIFTER = 12582912;
const SHIFTER_BITS = 0x4b400000;

/** The nearest whole numbers, as int32: three times as fast as the instruction, which must also take what does not fit. |a| < 2²². */
export const rounded = (a: Code): Code =>
  op("i32x4.sub", add(a, number(SHIFTER)), op("i32x4.splat", i32(SHIFTER_BITS)));

/** Moves an address on. */
export const advance = (address: Local, bytes: Code | number): Code =>
  address.set(op("i32.add", address.get, typeof bytes === "number" ? i32(bytes) : bytes));

/** address + bytes */
export const beyond = (address: Local, bytes: Local): Code => op("i32.add", address.get, bytes.get);
