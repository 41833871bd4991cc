import { SteepestError } from "../errors.js";
import { requireFloat64 } from "../given.js";
import { solveRidge } from "../linear/ridge-solution.js";
import { type Solution, solveLeastSquares } from "../linear/solution.js";
import { dot, norm, plus, scaled, squaredNorm } from "../vector.js";
import { checkLambda, checkMatrix, checkTargets, columnsOf, type Matrix } from "./matrix.js";
import type { Constant, Objective } from "./objective.js";
import { gradientRoundoff, spreadOf, valueRoundoff } from "./rounding.js";

/** A minimiser with what is known about it. */
export interface Minimum {
  readonly w: Float64Array;
  /** `f(w*)`: exact to ten digits (or, where it is 0, to 20 digits of f(0)), or a bound from above. */
  readonly value: Constant;
  /** How far `value` may be from it; infinite where no bound is known. */
  readonly valueError: number;
  /** Bound on `‖w - w*‖`, infinite where none is known. */
  readonly distance: number;
}

/** A value with an error below this share of itself is called exact. */
const exactTo = 1e-10;

/** What is known of `scale·‖residual‖²` at the minimum, in words. */
const knownSquare = (
  { square, squareError, rank, rankIsCertain }: Solution,
  scale: number,
  largest: number,
): Constant => {
  const value = scale * square;
  if (!rankIsCertain) {
    return {
      value,
      certainty: "bound",
      how: `at most: over the ${rank} columns of X that are independent; float64 cannot tell whether the others are combinations of them or differ by a little`,
    };
  }
  if (squareError <= exactTo * square || squareError <= exactTo ** 4 * largest) {
    return { value, certainty: "exact", how: "from a QR factorisation of X, refined in 32 digits" };
  }
  return {
    value,
    certainty: "estimate",
    how: "X is too close to dependent columns: the refinement of its factorisation did not converge",
  };
};

/**
 * The minimum of `scale·(‖y - Xw‖² + lambda·‖w‖²)`; for lambda = 0 at the minimiser closest to `w0`.
 * By a factorisation of X, not of its Gram matrix: see `solveLeastSquares`.
 */
export const leastSquaresMinimum = (
  X: Matrix,
  y: Float64Array,
  {
    scale,
    lambda = 0,
    w0: given,
  }: { readonly scale: number; readonly lambda?: number; readonly w0?: Float64Array | undefined },
): Minimum => {
  checkMatrix("leastSquaresMinimiser", X);
  checkTargets("leastSquaresMinimiser", X, y);
  checkLambda("leastSquaresMinimiser", lambda);
  const w0 = given ?? new Float64Array(X.columns);
  requireFloat64("leastSquaresMinimiser: w0", w0);
  if (w0.length !== X.columns) {
    throw new SteepestError(
      `leastSquaresMinimiser: w0 has ${w0.length} elements, X has ${X.columns} columns; give one for each`,
    );
  }
  const columns = columnsOf(X);
  const solution = lambda > 0 ? solveRidge(columns, y, lambda) : solveLeastSquares(columns, y, w0);
  return {
    w: solution.weights,
    value: knownSquare(solution, scale, squaredNorm(y)),
    valueError: scale * solution.squareError,
    // Numbers below 2⁻¹⁰²² count as 0, in the weights and in the bound.
    distance: solution.weightsError + Math.sqrt(X.columns) * 2 ** -1022,
  };
};

/**
 * The minimiser of `‖y - Xw‖² + lambda·‖w‖²`. For lambda = 0 the one closest to `w0`, `w0 + X⁺(y - X·w0)`, to which gradient
 * descent from w0 converges; rank-deficient X are welcome, and columns of any units. By Householder's QR factorisation of X,
 * refined in twice float64's digits: about `2·m·d·min(m, d)` operations.
 * Throws where shapes differ or numbers are not finite.
 */
export const leastSquaresMinimiser = async (
  X: Matrix,
  y: Float64Array,
  lambda = 0,
  w0?: Float64Array,
): Promise<Float64Array> => leastSquaresMinimum(X, y, { scale: 1, lambda, w0 }).w;

/** A point, the gradient there with the size of its rounding error, and a bound L of the curvature. */
interface Place {
  readonly w: Float64Array;
  readonly g: Float64Array;
  readonly noise: number;
  readonly L: number;
}

/**
 * `∇²f(w)·p = -g` by conjugate gradients on Hessian-vector products, to `‖residual‖ <= tolerance·‖g‖`. Where f is flat in some
 * direction, g has no part along it but rounding, and p must not have one either: nothing below the noise of g is followed, and no
 * direction whose curvature is rounding beside L.
 */
const newtonDirection = async (objective: Objective, { w, g, noise, L }: Place, tolerance: number) => {
  let p: Float64Array = new Float64Array(g.length);
  let residual = scaled(g, -1);
  let direction = residual;
  for (let i = 0; i < 2 * g.length + 20 && norm(residual) > Math.max(tolerance * norm(g), noise); i++) {
    const product = await objective.hessianVector(w, direction);
    const curvature = dot(direction, product);
    if (!(curvature > Number.EPSILON * L * squaredNorm(direction))) break;
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
 * which f can no longer be told from the infimum. Where many points are minimisers it is the one nearest to w0. Throws where the gradient does not vanish within 100 steps.
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
    const noise = gradientRoundoff(objective.rounding, L, now.value, spreadOf(objective.rounding, L, w));
    if (size <= noise) return w;
    const direction = await newtonDirection(
      objective,
      { w, g: now.gradient, noise, L },
      Math.min(0.1, size / start) ** 2,
    );
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

/**
 * `newtonMinimiser`'s minimum and how far it may be off: strong convexity puts `f(w*)` between `f(w) - ‖∇f(w)‖²/(2mu)` and f(w), and
 * w* within `‖∇f(w)‖/mu`. Without a mu > 0 it is a bound from above.
 */
export const newtonMinimum = async (objective: Objective, L: number, mu: number): Promise<Minimum> => {
  const w = await newtonMinimiser(objective, L);
  const { value, gradient } = await objective.valueAndGradient(w);
  const spread = spreadOf(objective.rounding, L, w);
  const slope = norm(gradient) + gradientRoundoff(objective.rounding, L, value, spread);
  const valueError =
    mu > 0 ? slope ** 2 / (2 * mu) + valueRoundoff(objective.rounding, value, spread) : Infinity;
  const exact = valueError <= exactTo * Math.abs(value);
  return {
    w,
    value: {
      value,
      certainty: exact ? "exact" : "bound",
      how: exact
        ? "by Newton's method, to within ‖∇f‖²/(2·mu)"
        : mu > 0
          ? `at most, by Newton's method; ‖∇f‖²/(2·mu) leaves ${valueError.toExponential(1)} below it`
          : "at most, by Newton's method; without a mu > 0 nothing bounds the minimum from below",
    },
    valueError,
    distance: mu > 0 ? slope / mu : Infinity,
  };
};
