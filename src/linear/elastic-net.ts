import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";
import { type Centred, centre, interceptOf } from "./centre.js";
import { coordinateDescent } from "./coordinate-descent.js";
import { checkExamples, checkLambda, type Examples } from "./examples.js";
import type { LinearFit } from "./fit.js";
import { proximalGradient } from "./proximal-gradient.js";
import { type ResidualState, residualState } from "./residual-state.js";
import type { SparseLimits } from "./sparse-problem.js";

export interface SparseOptions extends Partial<SparseLimits> {
  /** Fit an intercept, which is not penalised. @defaultValue true */
  readonly intercept?: boolean;
  /** How to minimise; both arrive at the same weights. @defaultValue "coordinate-descent" */
  readonly method?: "coordinate-descent" | "proximal-gradient";
}

/** The names of `SparseOptions`. */
export const sparseNames = ["intercept", "method", "tolerance", "maxIterations"] as const;

export interface LassoOptions extends SparseOptions {
  /** λ > 0 in ‖Xw − y‖² + λ‖w‖₁: 2n times scikit-learn's `alpha`. */
  readonly lambda: number;
}

export interface ElasticNetOptions extends LassoOptions {
  /** ρ in ‖Xw − y‖² + λ(ρ‖w‖₁ + (1 − ρ)‖w‖²), above 0 and at most 1. */
  readonly ratio: number;
}

/** A sparse model: weights that are zero are exactly zero. */
export interface SparseFit extends LinearFit {
  readonly lambda: number;
  /** Passes over all features. */
  readonly iterations: number;
  /** A bound on how far the objective is above its minimum. */
  readonly gap: number;
  /** Whether it stopped because the gap was small, not because of `maxIterations`. */
  readonly converged: boolean;
}

/** The gap, as a part of ‖y‖², that leaves about eight digits of the weights. */
const TOLERANCE = 1e-11;

const MAX_ITERATIONS = 100_000;

/** Throws unless 0 < ratio ≤ 1. */
export const checkRatio = (what: string, ratio: number): void => {
  if (ratio > 0 && ratio <= 1) return;
  throw new SteepestError(
    `${what}: ratio is ${ratio}; give a number above 0 and at most 1 (for 0 use ridge)`,
  );
};

const solvers = { "coordinate-descent": coordinateDescent, "proximal-gradient": proximalGradient } as const;

/** Throws unless the method is one of the two, the tolerance is not negative and there is at least one pass. */
export const checkSparse = (
  what: string,
  { method = "coordinate-descent", tolerance = TOLERANCE, maxIterations = MAX_ITERATIONS }: SparseOptions,
): void => {
  if (!Object.hasOwn(solvers, method)) {
    throw new SteepestError(`${what}: method is "${method}"; give ${Object.keys(solvers).join(" or ")}`);
  }
  if (!(tolerance >= 0)) throw new SteepestError(`${what}: tolerance is ${tolerance}; give a number >= 0`);
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    throw new SteepestError(`${what}: maxIterations is ${maxIterations}; give an integer of at least 1`);
  }
};

/** Solves for one λ from the weights given; what the paths repeat. */
export const solveSparse = (
  centred: Centred,
  state: ResidualState,
  start: Float64Array,
  {
    lambda,
    ratio,
    method = "coordinate-descent",
    tolerance = TOLERANCE,
    maxIterations = MAX_ITERATIONS,
  }: ElasticNetOptions,
): SparseFit => {
  const problem = { state, l1: lambda * ratio, l2: lambda * (1 - ratio) };
  const { weights, ...found } = solvers[method](problem, start, { tolerance, maxIterations });
  return { ...found, weights, intercept: interceptOf(centred, weights), lambda };
};

/** The elastic net for the function that errors name. */
const solve = async (what: string, examples: Examples, options: ElasticNetOptions): Promise<SparseFit> => {
  requireKnown(what, options, [...sparseNames, "lambda", "ratio"]);
  checkExamples(what, examples);
  checkLambda(what, options.lambda, "for 0 use leastSquares");
  checkRatio(what, options.ratio);
  checkSparse(what, options);
  const centred = centre(examples, options.intercept ?? true);
  return solveSparse(centred, await residualState(centred), new Float64Array(examples.d), options);
};

/**
 * Elastic net: minimises ‖Xw + b − y‖² + λ(ρ‖w‖₁ + (1 − ρ)‖w‖²). In scikit-learn's terms (½/n in front of the loss):
 * alpha = λ(2 − ρ)/(2n) and l1_ratio = ρ/(2 − ρ). ρ = 1 is the lasso.
 *
 * Throws for λ ≤ 0, ρ outside (0, 1] and examples that are not finite. Source: Zou and Hastie (2005).
 */
export const elasticNet = (examples: Examples, options: ElasticNetOptions): Promise<SparseFit> =>
  solve("elasticNet", examples, options);

/**
 * Lasso: minimises ‖Xw + b − y‖² + λ‖w‖₁, whose solutions have exact zeros (the lecture, "ℓ1 regularization produces
 * sparse solutions"). scikit-learn's `alpha` is λ/(2n).
 *
 * Throws for λ ≤ 0 and examples that are not finite. Source: Tibshirani (1996).
 */
export const lasso = (examples: Examples, options: LassoOptions): Promise<SparseFit> =>
  solve("lasso", examples, { ...options, ratio: 1 });
