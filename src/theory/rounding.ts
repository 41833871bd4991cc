import { type Tensor, topologicalOrder } from "../graph/index.js";
import { countFor } from "../graph/shape.js";

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
}

/** γ for a chain of `operations`. */
export const gammaOf = (operations: number): number => 2 * operations * Number.EPSILON;

/** The operations between inputs and value, one after the other: the terms of every sum, and one for anything else. */
export const operationCount = (value: Tensor, batchSize: number): number => {
  const sums = new Set(["sum", "mean", "logSumExp", "matmul", "gemm", "softmax", "logSoftmax", "scatterAdd"]);
  return topologicalOrder([value]).reduce((total, { operation, shape }) => {
    const first = operation.inputs[0];
    if (first === undefined || !sums.has(operation.name)) return total + 1;
    if (operation.name === "matmul" || operation.name === "gemm") {
      const inner = first.shape[first.rank - (operation.attributes?.transposeA ? 2 : 1)] ?? 1;
      return total + countFor([inner], batchSize);
    }
    const terms = countFor(first.shape, batchSize) / Math.max(1, countFor(shape, batchSize));
    return total + Math.max(1, terms);
  }, 0);
};

/** Numbers below 2⁻¹⁰²² lose their digits, or become 0: γ of this is that much for every operation. */
const underflow = 2 ** -1022 / Number.EPSILON;

/**
 * The size of the terms of an L-smooth objective before they cancel, `(√(|f| + floor) + √(L/2)·‖w‖)²`. For ½‖y - Xw‖²
 * this is at least ½‖y‖² and ½‖Xw‖².
 */
const magnitude = ({ floor }: Rounding, L: number, f: number, normW: number): number =>
  (Math.sqrt(Math.abs(f) + floor) + Math.sqrt(L / 2) * normW) ** 2 + underflow;

/** Bound on the error of a computed value f at w: `γ · magnitude`. */
export const valueRoundoff = (rounding: Rounding, L: number, f: number, normW: number): number =>
  rounding.gamma * magnitude(rounding, L, f, normW);

/** Bound on the error of a computed gradient: `γ · √(2L · magnitude)`, since ‖∇f‖² <= 2L·(f - min f). */
export const gradientRoundoff = (rounding: Rounding, L: number, f: number, normW: number): number =>
  rounding.gamma * Math.sqrt(2 * L * magnitude(rounding, L, f, normW));
