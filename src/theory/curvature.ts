import { missing } from "../missing.js";
import { dot, minus, norm, squaredNorm } from "../vector.js";
import type { DescentRun } from "./descend.js";
import { inequalities } from "./inequalities.js";
import { lanczos } from "./lanczos.js";
import type { Constant, Objective } from "./objective.js";
import type { Pair } from "./pairs.js";

/**
 * The largest L that a step of gradient descent asks for, from `f(w_t) <= f(w_{t-1}) - eta·‖g‖² + (L/2)·eta²·‖g‖²` with g = ∇f(w_{t-1}): a
 * lower bound of the true L wherever rounding, taken off, leaves one.
 */
export const curvatureAlong = (run: DescentRun, L: number): { readonly L: number; readonly step: number } => {
  const { eta, values, squaredGradients } = run;
  let worst = { L: 0, step: 0 };
  const lemma = inequalities(run, L, 0).get("descent lemma") ?? missing();
  for (let t = 1; t <= run.steps; t++) {
    const promise = eta * (squaredGradients[t - 1] ?? missing());
    const excess =
      (values[t] ?? missing()) -
      (values[t - 1] ?? missing()) +
      promise -
      (lemma[t - 1]?.tolerance ?? missing());
    const asked = (2 * excess) / (eta * promise);
    if (asked > worst.L) worst = { L: asked, step: t };
  }
  return worst;
};

/** Sampled points at which the spectrum's ends are computed, beside those asked for; pairs add the rest. */
const sampledPoints = 10;

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
 * The largest |eigenvalue| and the smallest eigenvalue of the Hessian met at the given and at sampled points, and the largest
 * `‖∇f(x₁) - ∇f(x₂)‖/‖x₁ - x₂‖` and smallest `(∇f(x₁) - ∇f(x₂))ᵀ(x₁ - x₂)/‖x₁ - x₂‖²` of sampled pairs: L from below,
 * mu from above.
 */
export const estimatedConstants = async (
  objective: Objective,
  pairs: readonly Pair[],
  points: readonly Float64Array[],
): Promise<{ readonly L: Constant; readonly mu: Constant }> => {
  let L = 0;
  let mu = Infinity;
  const sampled = pairs.slice(0, sampledPoints).map(([{ x }]) => x);
  for (const x of [...points, ...sampled]) {
    const { largest, smallest } = await hessianEnds(objective, x);
    L = Math.max(L, Math.abs(largest.value), Math.abs(smallest.value));
    mu = Math.min(mu, smallest.value);
  }
  for (const [a, b] of pairs) {
    const step = minus(a.x, b.x);
    const change = minus(a.gradient, b.gradient);
    const distance = norm(step);
    L = Math.max(L, norm(change) / distance);
    mu = Math.min(mu, dot(change, step) / squaredNorm(step));
  }
  const how = `from the Hessian at ${points.length + sampled.length} points and ${pairs.length} pairs of gradients`;
  return {
    L: { value: L, certainty: "estimate", how },
    mu: { value: mu, certainty: "estimate", how },
  };
};
