import { type Tensor, topologicalOrder } from "../graph/index.js";
import { countFor, type Shape } from "../graph/shape.js";
import { missing } from "../missing.js";
import { norm } from "../vector.js";

/**
 * How far a computed value of an objective may be from the exact one. A chain of n additions and multiplications in
 * float64 has a relative error of at most γ = n·u/(1 - n·u), u = 2⁻⁵³ (Higham, Accuracy and Stability of Numerical
 * Algorithms, 3.1), relative to the size that the result would have if none of its terms cancelled.
 */
export interface Rounding {
  /** γ, with a factor 4 for the chain through the gradient and for functions that are not rounded to the last bit. */
  readonly gamma: number;
  /** Size of quantities that the value is made of beside those that scale with it: n for Σ log(1 + e⁻ᶻ) over n terms. */
  readonly floor: number;
  /** √(Hⱼⱼ/2) for a bound H of the Hessian, one per element of w: ‖Xⱼ‖/√2 for ½‖y - Xw‖². */
  readonly scales?: Float64Array;
}

/** γ for a chain of `operations`. */
export const gammaOf = (operations: number): number => 2 * operations * Number.EPSILON;

/** The operations between inputs and value, one after the other: the terms of every sum, and one for anything else. */
export const operationCount = (value: Tensor, batchSize: number): number =>
  topologicalOrder([value]).reduce((total, y) => {
    const { definition, inputs, attributes } = y.operation;
    const count = (shape: Shape) => countFor(shape, batchSize);
    return total + Math.max(1, definition.terms?.(inputs, attributes, y, count) ?? 1);
  }, 0);

/** Numbers below 2⁻¹⁰²² lose their digits, or become 0: γ of this is that much for every operation. */
const underflow = 2 ** -1022 / Number.EPSILON;

/** `Σⱼ scalesⱼ·|wⱼ|`; infinite where no scales are known. */
export const weighted = ({ scales }: Rounding, w: Float64Array): number =>
  scales === undefined
    ? Infinity
    : w.reduce((total, wj, j) => total + (scales[j] ?? missing()) * Math.abs(wj), 0);

/**
 * The size of f's terms in w as the root of a sum of squares: `√(L/2)·‖w‖`, or `Σⱼ scalesⱼ·|wⱼ|` where that is less. For ½‖y - Xw‖² both are at
 * least ‖|X||w|‖/√2; where columns are of unlike scale, the second is far less.
 */
export const spreadOf = (rounding: Rounding, L: number, w: Float64Array): number =>
  Math.min(Math.sqrt(L / 2) * norm(w), weighted(rounding, w));

/**
 * The size of the terms of an objective before they cancel, `(√(|f| + floor) + spread)²`. For ½‖y - Xw‖² this is at least ½‖y‖²
 * and ½‖Xw‖².
 */
const magnitude = ({ floor }: Rounding, f: number, spread: number): number =>
  (Math.sqrt(Math.abs(f) + floor) + spread) ** 2 + underflow;

/** Bound on the error of a computed value f at a w of that spread: `γ · magnitude`. */
export const valueRoundoff = (rounding: Rounding, f: number, spread: number): number =>
  rounding.gamma * magnitude(rounding, f, spread);

/** Bound on the error of a computed gradient: `γ · √(2L · magnitude)`, since ‖∇f‖² <= 2L·(f - min f). */
export const gradientRoundoff = (rounding: Rounding, L: number, f: number, spread: number): number =>
  rounding.gamma * Math.sqrt(L) * Math.sqrt(2 * magnitude(rounding, f, spread));
