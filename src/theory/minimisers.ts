import { Matrix as Dense, EigenvalueDecomposition } from "ml-matrix";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { checkLambda, checkTargets, type Matrix } from "./matrix.js";
import type { Objective } from "./objective.js";
import { products } from "./products.js";
import { gradientRoundoff } from "./rounding.js";
import { dot, minus, norm, plus, scaled, squaredNorm } from "./vector.js";

/** Solving once leaves an error of the Gram matrix's condition times ε; each repetition with the residual divides it. */
const refinements = 3;

/** `r ↦ (G + lambda·I)⁺ r` for a symmetric G; eigenvalues up to `cutoff` times the largest count as 0. */
const pseudoInverse = (gram: Float64Array, size: number, lambda: number, cutoff: number) => {
  const rows = Array.from({ length: size }, (_, i) => Array.from(gram.subarray(i * size, (i + 1) * size)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Dense(rows), {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues, 0);
  const inverse = realEigenvalues.map((value) => {
    const kept = value <= cutoff * largest ? 0 : value;
    return kept + lambda > 0 ? 1 / (kept + lambda) : 0;
  });
  const vectors = inverse.map((_, k) => new Float64Array(eigenvectorMatrix.getColumn(k)));
  return (r: Float64Array): Float64Array =>
    vectors.reduce<Float64Array>(
      (total, v, k) => plus(total, v, (inverse[k] ?? missing()) * dot(v, r)),
      new Float64Array(size),
    );
};

/**
 * The minimiser of `‖y - Xw‖² + lambda·‖w‖²`. For lambda = 0 the one closest to `w0`, `w0 + X⁺(y - X·w0)`, to which gradient
 * descent from w0 converges; rank-deficient X are welcome. By the eigenvalues of the Gram matrix of X's smaller side
 * (min(m, d) should not be much over 1000), refined with residuals through X.
 * Throws where shapes differ or numbers are not finite.
 */
export const leastSquaresMinimiser = async (
  X: Matrix,
  y: Float64Array,
  lambda = 0,
  w0: Float64Array = new Float64Array(X.columns),
): Promise<Float64Array> => {
  checkTargets("leastSquaresMinimiser", X, y);
  checkLambda("leastSquaresMinimiser", lambda);
  const withX = products(X);
  try {
    const size = Math.min(X.rows, X.columns);
    const solve = pseudoInverse(
      await withX.gramMatrix(),
      size,
      lambda,
      (X.rows + X.columns) * Number.EPSILON,
    );
    const origin = lambda > 0 ? new Float64Array(X.columns) : w0;
    if (X.columns <= X.rows) {
      let w = origin;
      for (let i = 0; i < refinements; i++) {
        const residual = minus(y, await withX.times(w));
        w = plus(w, solve(minus(await withX.transposeTimes(residual), scaled(w, lambda))));
      }
      return w;
    }
    // Wide: w = origin + Xᵀa, where (XXᵀ + lambda·I)·a = y - X·origin.
    const target = minus(y, await withX.times(origin));
    let a: Float64Array = new Float64Array(X.rows);
    for (let i = 0; i < refinements; i++) {
      const residual = minus(minus(target, await withX.gram.apply(a)), scaled(a, lambda));
      a = plus(a, solve(residual));
    }
    return plus(origin, await withX.transposeTimes(a));
  } finally {
    await withX.release();
  }
};

/** `∇²f(w)·p = -g` by conjugate gradients on Hessian-vector products, to `‖residual‖ <= tolerance·‖g‖`. */
const newtonDirection = async (objective: Objective, w: Float64Array, g: Float64Array, tolerance: number) => {
  let p: Float64Array = new Float64Array(g.length);
  let residual = scaled(g, -1);
  let direction = residual;
  for (let i = 0; i < 2 * g.length + 20 && norm(residual) > tolerance * norm(g); i++) {
    const product = await objective.hessianVector(w, direction);
    const curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    const before = squaredNorm(residual);
    p = plus(p, direction, before / curvature);
    residual = plus(residual, product, -before / curvature);
    direction = plus(residual, direction, squaredNorm(residual) / before);
  }
  return norm(p) === 0 ? scaled(g, -1) : p;
};

/**
 * The minimiser of a smooth convex objective by Newton's method with conjugate gradients and a halving line search,
 * until the gradient is its own rounding error (L is needed for that) or no step lowers it further.
 * Where f only approaches its infimum (logistic regression on separable classes without a penalty), that is a point at
 * which f can no longer be told from the infimum. Throws where the gradient does not vanish within 100 steps.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 7.1.
 */
export const newtonMinimiser = async (
  objective: Objective,
  L: number,
  w0: Float64Array = new Float64Array(objective.dimension),
): Promise<Float64Array> => {
  let w = w0;
  let now = await objective.valueAndGradient(w);
  const start = norm(now.gradient);
  for (let step = 0; step < 100; step++) {
    const size = norm(now.gradient);
    const noise = gradientRoundoff(objective.rounding, L, now.value, norm(w));
    if (size <= noise) return w;
    const direction = await newtonDirection(objective, w, now.gradient, Math.min(0.1, size / start) ** 2);
    let accepted = false;
    for (let length = 1; length > 1e-10 && !accepted; length /= 2) {
      const candidate = plus(w, direction, length);
      const next = await objective.valueAndGradient(candidate);
      const decrease = 1e-4 * length * dot(now.gradient, direction);
      // Near the minimum f cannot resolve the decrease any more, but the gradient still shrinks.
      const flat =
        Math.abs(next.value - now.value) <= 1e-12 * Math.abs(now.value) && norm(next.gradient) < size;
      if (next.value <= now.value + decrease || flat) {
        w = candidate;
        now = next;
        accepted = true;
      }
    }
    if (!accepted && size <= 1e-8 * start) return w;
    if (!accepted) break;
  }
  throw new SteepestError(
    `objective "${objective.name}": no minimiser was found, the gradient is still ${norm(now.gradient).toExponential(1)} at ‖w‖ = ${norm(w).toExponential(1)}; the objective may be unbounded or not convex`,
  );
};
