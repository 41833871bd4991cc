import { missing } from "../missing.js";
import {
  dualityGap,
  isConverged,
  type SparseLimits,
  type SparseProblem,
  type SparseSolution,
  softThreshold,
} from "./sparse-problem.js";

/** Passes over the non-zero weights between two passes over all. */
const ACTIVE_PASSES = 100;

/**
 * Cyclic coordinate descent from the weights given, each coordinate minimised exactly:
 * w_j ← soft(X_j'r + ‖X_j‖²w_j, l1/2) / (‖X_j‖² + l2). Passes over all features alternate with passes over the non-zero
 * ones until those hardly move; the duality gap, computed after every pass over all, and the change decide when to stop.
 * Source: Friedman, Hastie and Tibshirani (2010).
 */
export const coordinateDescent = (
  problem: SparseProblem,
  start: Float64Array,
  limits: SparseLimits,
): SparseSolution => {
  const { state, l1, l2 } = problem;
  const weights = start.slice();
  state.set(weights);
  const all = weights.map((_, j) => j);

  /** Gives the largest change of the fit, √(‖X_j‖² + l2)·|Δw_j|. */
  const pass = (features: Float64Array): number => {
    let most = 0;
    for (const j of features) {
      const curvature = (state.squares[j] ?? missing()) + l2;
      if (curvature === 0) continue;
      const before = weights[j] ?? missing();
      const after =
        softThreshold(state.correlation(j) + (state.squares[j] ?? missing()) * before, l1 / 2) / curvature;
      if (after === before) continue;
      weights[j] = after;
      state.move(j, after - before);
      most = Math.max(most, Math.sqrt(curvature) * Math.abs(after - before));
    }
    return most;
  };

  let gap = dualityGap(problem, weights);
  let converged = false;
  let iterations = 0;
  while (!converged && iterations < limits.maxIterations) {
    const change = pass(all);
    iterations++;
    state.set(weights);
    gap = dualityGap(problem, weights);
    converged = isConverged(problem, limits, gap, change);
    if (change === 0) break;
    const active = all.filter((j) => weights[j] !== 0);
    for (let k = 0; !converged && k < ACTIVE_PASSES && pass(active) > change / 100; k++);
  }
  return { weights, iterations, gap, converged };
};
