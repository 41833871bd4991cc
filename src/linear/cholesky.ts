import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { missing } from "../missing.js";
import { powerIteration } from "./power.js";

/** A factored symmetric positive definite matrix A. */
export interface Cholesky {
  /** A⁻¹b. */
  solve(b: Float64Array): Float64Array;
  /** Condition number λ_max/λ_min of A, by power iteration on A and A⁻¹: a lower bound, usually within 1 %. */
  condition(): number;
  /** The same of A scaled to a unit diagonal: what limits the accuracy of `solve`, whatever the units of the features. */
  scaledCondition(): number;
}

/** A·v for a symmetric m × m matrix. */
export const multiply = (A: Float64Array, v: Float64Array): Float64Array => {
  const m = v.length;
  const product = new Float64Array(m);
  for (let i = 0, k = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += (A[k++] ?? missing()) * (v[j] ?? missing());
    product[i] = sum;
  }
  return product;
};

/** A + λI. */
export const addToDiagonal = (A: Float64Array, lambda: number): Float64Array => {
  const m = Math.sqrt(A.length);
  const sum = A.slice();
  for (let i = 0; i < m; i++) sum[i * m + i] = (sum[i * m + i] ?? missing()) + lambda;
  return sum;
};

/**
 * Factors A = D·LL'·D with D = √diag A. Gives undefined where A is not positive definite in float64.
 */
export const cholesky = (A: Float64Array): Cholesky | undefined => {
  const m = Math.sqrt(A.length);
  const scale = Float64Array.from({ length: m }, (_, i) => Math.sqrt(A[i * m + i] ?? missing()));
  if (!scale.every((s) => s > 0 && s < Infinity)) return undefined;
  const scaled = A.map((a, k) => a / ((scale[Math.floor(k / m)] ?? missing()) * (scale[k % m] ?? missing())));
  const factor = new CholeskyDecomposition(Matrix.from1DArray(m, m, scaled));
  if (!factor.isPositiveDefinite()) return undefined;
  const solveScaled = (b: Float64Array): Float64Array =>
    Float64Array.from(factor.solve(Matrix.columnVector(b)).to1DArray());
  const unscale = (v: Float64Array) => v.map((x, i) => x / (scale[i] ?? missing()));
  const solve = (b: Float64Array) => unscale(solveScaled(unscale(b)));
  const largest = (apply: (v: Float64Array) => Float64Array) => powerIteration(apply, m).value;
  return {
    solve,
    condition: () => largest((v) => multiply(A, v)) * largest(solve),
    scaledCondition: () => largest((v) => multiply(scaled, v)) * largest(solveScaled),
  };
};
