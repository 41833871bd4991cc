import { lanczos } from "./lanczos.js";
import type { Constant, Objective } from "./objective.js";
import type { Pair } from "./pairs.js";
import { dot, minus, norm, squaredNorm } from "./vector.js";

/** Points at which the whole spectrum's ends are computed; pairs add the rest. */
const points = 10;

const hessianEnds = (objective: Objective, x: Float64Array) =>
  lanczos({
    dimension: objective.dimension,
    apply: (v) => objective.hessianVector(x, v),
    roundoff: objective.rounding.gamma,
  });

/** L and mu of a quadratic from its constant Hessian: the outer end of each bracket, so that both are safe to use. */
export const quadraticConstants = async (
  objective: Objective,
): Promise<{ readonly L: Constant; readonly mu: Constant }> => {
  const { largest, smallest, steps } = await hessianEnds(objective, new Float64Array(objective.dimension));
  const how = `eigenvalues of the constant Hessian by Lanczos, ${steps} products`;
  const vanishes = Math.abs(smallest.value) <= smallest.error;
  const ends = [largest, smallest].map(({ value, error }) => Math.abs(value) + error);
  return {
    L: { value: Math.max(...ends), certainty: largest.converged ? "exact" : "estimate", how },
    mu: {
      value: vanishes ? 0 : smallest.value - smallest.error,
      certainty: smallest.converged ? "exact" : "estimate",
      how: vanishes ? `${how}; the smallest is 0 to within rounding` : how,
    },
  };
};

/**
 * The largest |eigenvalue| and the smallest eigenvalue of the Hessian met at sampled points, and the largest
 * `‖∇f(x₁) - ∇f(x₂)‖/‖x₁ - x₂‖` and smallest `(∇f(x₁) - ∇f(x₂))ᵀ(x₁ - x₂)/‖x₁ - x₂‖²` of sampled pairs: L from below,
 * mu from above.
 */
export const estimatedConstants = async (
  objective: Objective,
  pairs: readonly Pair[],
): Promise<{ readonly L: Constant; readonly mu: Constant }> => {
  let L = 0;
  let mu = Infinity;
  for (const [{ x }] of pairs.slice(0, points)) {
    const { largest, smallest } = await hessianEnds(objective, x);
    L = Math.max(L, Math.abs(largest.value), Math.abs(smallest.value));
    mu = Math.min(mu, smallest.value);
  }
  for (const [a, b] of pairs) {
    const step = minus(a.x, b.x);
    const change = minus(a.gradient, b.gradient);
    const distance = norm(step);
    if (distance === 0) continue;
    L = Math.max(L, norm(change) / distance);
    mu = Math.min(mu, dot(change, step) / squaredNorm(step));
  }
  const how = `from ${Math.min(points, pairs.length)} sampled Hessians and ${pairs.length} pairs of gradients`;
  return {
    L: { value: L, certainty: "estimate", how },
    mu: { value: mu, certainty: "estimate", how },
  };
};
