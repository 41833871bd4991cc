import { SteepestError } from "../errors.js";
import { highest } from "../extremes.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { centre, interceptOf } from "./centre.js";
import {
  checkRatio,
  checkSparse,
  type SparseFit,
  type SparseOptions,
  solveSparse,
  sparseNames,
} from "./elastic-net.js";
import { checkExamples, checkLambda, type Examples } from "./examples.js";
import type { LinearFit } from "./fit.js";
import { type ResidualState, residualState } from "./residual-state.js";
import { gramSpectrum, spectrum } from "./spectrum.js";

/** The model for one λ of a path. */
export interface PathFit extends LinearFit {
  readonly lambda: number;
}

export interface RidgePathOptions {
  /** Strengths λ > 0, in any order. */
  readonly lambdas: readonly number[];
  /** Fit an intercept, which is not penalised. @defaultValue true */
  readonly intercept?: boolean;
}

/** From this λ/s₁² on, the eigenvalues of X'X are accurate to eight digits beside λ. */
const SAFE = 1e-8;

/**
 * Ridge regression for many λ from one decomposition X = U·diag(s)·V': w(λ) = V·diag(s/(s² + λ))·U'y, in the order of
 * `lambdas`. The decomposition is that of X'X (or XX') through the engine, or the slower one of X where the smallest λ is
 * below 10⁻⁸ of the largest eigenvalue.
 *
 * Throws for λ ≤ 0, no λ at all and examples that are not finite.
 */
export const ridgePath = async (examples: Examples, options: RidgePathOptions): Promise<PathFit[]> => {
  const { lambdas, intercept = true } = requireKnown("ridgePath", options, ["lambdas", "intercept"]);
  checkExamples("ridgePath", examples);
  checkLambdas("ridgePath", lambdas);
  const centred = centre(examples, intercept);
  const fast = await gramSpectrum(centred);
  const safe = Math.min(...lambdas) >= SAFE * (fast.singular[0] ?? missing()) ** 2;
  const { weights: solve } = safe ? fast : spectrum(centred);
  return lambdas.map((lambda) => {
    const weights = solve((s) => s / (s * s + lambda));
    return { weights, intercept: interceptOf(centred, weights), lambda };
  });
};

export interface SparsePathOptions extends SparseOptions {
  /** Strengths λ > 0. @defaultValue `count` of them from λ_max down to 10⁻³·λ_max, evenly spaced in their logarithm */
  readonly lambdas?: readonly number[];
  /** How many λ where none are given. @defaultValue 100 */
  readonly count?: number;
}

const lambdaMaxOf = (state: ResidualState, ratio: number): number => {
  const correlations = Array.from({ length: state.d }, (_, j) => Math.abs(state.correlation(j)));
  return (2 * highest(correlations)) / ratio;
};

/** λ_max = 2·max_j |X_j'y| / ρ (X and y centred): the smallest λ for which all weights are zero. */
export const lambdaMax = async (
  examples: Examples,
  options: { readonly ratio?: number; readonly intercept?: boolean } = {},
): Promise<number> => {
  const { ratio = 1, intercept = true } = requireKnown("lambdaMax", options, ["ratio", "intercept"]);
  checkExamples("lambdaMax", examples);
  checkRatio("lambdaMax", ratio);
  return lambdaMaxOf(await residualState(centre(examples, intercept)), ratio);
};

/** `count` numbers from `high` down to `high·fraction`, evenly spaced in their logarithm. Throws for fewer than two and a fraction outside (0, 1). */
export const lambdaGrid = (
  high: number,
  options: { readonly count?: number; readonly fraction?: number } = {},
): number[] => {
  const { count = 100, fraction = 1e-3 } = requireKnown("lambdaGrid", options, ["count", "fraction"]);
  if (!Number.isInteger(count) || count < 2) {
    throw new SteepestError(`lambdaGrid: count is ${count}; give an integer of at least 2`);
  }
  checkLambda("lambdaGrid", high, "the largest of the grid");
  if (!(fraction > 0 && fraction < 1)) {
    throw new SteepestError(`lambdaGrid: fraction is ${fraction}; give a number above 0 and below 1`);
  }
  return Array.from({ length: count }, (_, k) => high * fraction ** (k / (count - 1)));
};

/** The path of the elastic net for the function that errors name. */
const sparsePath = async (
  what: string,
  examples: Examples,
  given: SparsePathOptions & { readonly ratio: number },
): Promise<SparseFit[]> => {
  const {
    lambdas,
    count = 100,
    ratio,
    ...options
  } = requireKnown(what, given, [...sparseNames, "lambdas", "count", "ratio"]);
  checkExamples(what, examples);
  checkRatio(what, ratio);
  checkSparse(what, options);
  const centred = centre(examples, options.intercept ?? true);
  const state = await residualState(centred);
  const largest = lambdaMaxOf(state, ratio);
  if (lambdas === undefined && largest === 0) {
    throw new SteepestError(
      `${what}: no feature is correlated with the target, all weights are 0 for every lambda; give lambdas`,
    );
  }
  const grid = lambdas ?? lambdaGrid(largest, { count });
  checkLambdas(what, grid);
  const fits = new Map<number, SparseFit>();
  let weights = new Float64Array(examples.d);
  for (const lambda of [...grid].sort((a, b) => b - a)) {
    const fit = solveSparse(centred, state, weights, { ...options, lambda, ratio });
    weights = Float64Array.from(fit.weights);
    fits.set(lambda, fit);
  }
  return grid.map((lambda) => fits.get(lambda) ?? missing());
};

/**
 * Elastic net for many λ, each started from the weights of the next larger one; given back in the order of `lambdas`.
 * Throws as `elasticNet` does, and where no grid can be made because no feature is correlated with the target.
 */
export const elasticNetPath = (
  examples: Examples,
  options: SparsePathOptions & { readonly ratio: number },
): Promise<SparseFit[]> => sparsePath("elasticNetPath", examples, options);

/** The lasso for many λ with warm starts; see `elasticNetPath`. */
export const lassoPath = (examples: Examples, options: SparsePathOptions = {}): Promise<SparseFit[]> =>
  sparsePath("lassoPath", examples, { ...options, ratio: 1 });

const checkLambdas = (what: string, lambdas: readonly number[]): void => {
  if (lambdas.length === 0) throw new SteepestError(`${what}: no lambdas; give at least one`);
  for (const lambda of lambdas) checkLambda(what, lambda, "for 0 use leastSquares");
};
