import { missing } from "../missing.js";
import { powerIteration } from "./power.js";
import {
  dualityGap,
  isConverged,
  type SparseLimits,
  type SparseProblem,
  type SparseSolution,
  softThreshold,
} from "./sparse-problem.js";

/** Steps between two computations of the duality gap. */
const CHECK = 10;

/**
 * Accelerated proximal gradient (FISTA, Beck and Teboulle 2009) from the weights given, with step η = 1/L,
 * L = 2·λ_max(X'X) + 2·l2:
 *
 *   w⁺ = soft(v − η·∇(v), η·l1),  t⁺ = (1 + √(1 + 4t²))/2,  v⁺ = w⁺ + (t − 1)/t⁺·(w⁺ − w),
 *
 * restarted with t = 1 whenever the momentum points uphill (O'Donoghue and Candès 2015).
 */
export const proximalGradient = (
  problem: SparseProblem,
  start: Float64Array,
  limits: SparseLimits,
): SparseSolution => {
  const { state, l1, l2 } = problem;
  const { value, residual } = powerIteration(state.gramTimes, state.d, { tolerance: 1e-4, iterations: 1000 });
  // The residual bounds what the iteration may have missed of the eigenvalue it approaches.
  const eta = 1 / (2 * (value + residual) + 2 * l2);
  let weights = start.slice();
  state.set(weights);
  let gap = dualityGap(problem, weights);
  let v = weights;
  let t = 1;
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < limits.maxIterations) {
    const at = v;
    const previous = weights;
    state.set(at);
    weights = at.map((vj, j) => softThreshold(vj + 2 * eta * (state.correlation(j) - l2 * vj), eta * l1));
    const uphill =
      weights.reduce((s, w, j) => s + ((at[j] ?? missing()) - w) * (w - (previous[j] ?? missing())), 0) > 0;
    if (uphill) t = 1;
    const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    const momentum = (t - 1) / next;
    v = weights.map((w, j) => w + momentum * (w - (previous[j] ?? missing())));
    t = next;
    iterations++;
    if (iterations % CHECK === 0 || iterations === limits.maxIterations) {
      state.set(weights);
      gap = dualityGap(problem, weights);
      const moved = weights.reduce((sum, w, j) => sum + (w - (at[j] ?? missing())) ** 2, 0);
      // ‖XΔw‖ ≤ √(L/2)·‖Δw‖
      converged = isConverged(problem, limits, gap, Math.sqrt(moved / (2 * eta)));
    }
  }
  return { weights, iterations, gap, converged };
};
