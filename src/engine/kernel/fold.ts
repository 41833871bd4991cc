import type { Traits } from "../../graph/definition.js";
import { missing } from "../../missing.js";
import { type Code, extractF32, extractF64, f32x4, i32x4, type Local, op, shuffle32 } from "./wasm.js";

/** How a reduction runs: over accumulators that all elements pass through, one set for each unrolled vector. */
export interface Fold {
  /** Before the loop. */
  readonly start: Code;
  /** Takes in four elements. */
  readonly vector: (x: Code, unroll: number) => Code;
  /** Takes in the one element that all lanes of `x` hold. */
  readonly single: (x: Code) => Code;
  /** The result in all four lanes, given the number of elements. */
  readonly result: (count: Code) => Code;
}

const lane0 = i32x4([-1, 0, 0, 0]);

const add64 = (a: Code, b: Code): Code => op("f64x2.add", a, b);
const promote = (x: Code): Code => op("f64x2.promote_low_f32x4", x);

/** The upper two of four float32 lanes of a variable, as float64. */
export const promoteHigh = (x: Code): Code => promote(shuffle32(x, x, [2, 3, 2, 3]));
export const promoteLow = promote;

/** The sum of all lanes of some f64x2 vectors. */
export const total = (vectors: readonly Local[], scratch: Local): Code => [
  scratch.set(vectors.map(({ get }) => get).reduce(add64)),
  op("f64.add", extractF64(scratch.get, 0), extractF64(scratch.get, 1)),
];

/**
 * Sums are kept in float64: float32 partial sums lose digits over millions of squares, and conversion is hidden
 * behind the loads.
 */
const sum = (unroll: number, mean: boolean, local: () => Local): Fold => {
  const low = Array.from({ length: unroll }, local);
  const high = Array.from({ length: unroll }, local);
  const scratch = local();
  const include = (accumulator: Local = missing(), value: Code): Code =>
    accumulator.set(add64(accumulator.get, value));
  return {
    start: [],
    vector: (x, u) => [include(low[u], promote(x)), include(high[u], promoteHigh(x))],
    single: (x) => include(low[0], promote(op("v128.and", x, lane0))),
    result: (count) => {
      const all = total([...low, ...high], scratch);
      const value = mean ? op("f64.div", all, op("f64.convert_i32_u", count)) : all;
      return op("f32x4.splat", op("f32.demote_f64", value));
    },
  };
};

const extreme = (
  name: "f32x4.min" | "f32x4.max",
  initial: number,
  unroll: number,
  local: () => Local,
): Fold => {
  const accumulators = Array.from({ length: unroll }, local);
  const first = accumulators[0] ?? missing();
  const include = (accumulator: Local, value: Code): Code =>
    accumulator.set(op(name, accumulator.get, value));
  return {
    start: accumulators.map((accumulator) => accumulator.set(f32x4(initial))),
    vector: (x, u) => include(accumulators[u] ?? missing(), x),
    single: (x) => include(first, x),
    result: () => [
      accumulators.slice(1).map(({ get }) => include(first, get)),
      include(first, shuffle32(first.get, first.get, [2, 3, 2, 3])),
      include(first, shuffle32(first.get, first.get, [1, 1, 1, 1])),
      op("f32x4.splat", extractF32(first.get, 0)),
    ],
  };
};

/** A fold, with variables of type v128 from `local`. */
export const foldOf = (fold: NonNullable<Traits["fold"]>, unroll: number, local: () => Local): Fold => {
  if (fold === "max") return extreme("f32x4.max", Number.NEGATIVE_INFINITY, unroll, local);
  if (fold === "min") return extreme("f32x4.min", Number.POSITIVE_INFINITY, unroll, local);
  return sum(unroll, fold === "mean", local);
};
