import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import { mean, standardError } from "../statistics.js";
import { checkExamples, type Examples, selectExamples } from "./examples.js";
import { type LinearFit, meanSquaredResidual } from "./fit.js";

/** One division of the examples: numbers of those to learn from and of those to test on, ascending. */
export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Divides n examples at random into k parts of sizes that differ by at most one; each is the test part of one fold.
 * Throws unless 2 ≤ k ≤ n.
 */
export const kFold = (n: number, k: number, seed: number): Fold[] => {
  if (!Number.isInteger(n) || !Number.isInteger(k) || k < 2 || k > n) {
    throw new SteepestError(
      `kFold: ${k} folds of ${n} examples; give an integer from 2 to the number of examples`,
    );
  }
  const order = random(seed, "k-fold").permutation(n);
  return Array.from({ length: k }, (_, fold) => ({
    train: order.filter((_, position) => position % k !== fold).sort(),
    test: order.filter((_, position) => position % k === fold).sort(),
  }));
};

export interface CrossValidateOptions {
  readonly lambdas: readonly number[];
  /** Learns one model for each λ, in their order: `(train, lambdas) => ridgePath(train, { lambdas })`. */
  readonly path: (train: Examples, lambdas: readonly number[]) => Promise<readonly LinearFit[]>;
  /** Number of folds. @defaultValue 5 */
  readonly k?: number;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** The error of a model on the held-out part. @defaultValue `meanSquaredResidual` */
  readonly error?: (fit: LinearFit, held: Examples) => number;
}

export interface CrossValidation {
  readonly lambdas: readonly number[];
  /** Mean over the folds of the held-out error, one per λ. */
  readonly mean: Float64Array;
  /** Standard deviation over the folds divided by √k, one per λ. */
  readonly standardError: Float64Array;
  /** The λ of the smallest mean; the largest such. */
  readonly best: number;
  /** The largest λ whose mean is within one standard error of the smallest: the simplest model as good as the best. */
  readonly oneStandardError: number;
}

/**
 * k-fold cross-validation of a regularisation path. Throws as `kFold` and `path` do, where `path` does not return one
 * model for each λ, and where an error is not a finite number. Source of the one-standard-error rule: Breiman, Friedman, Olshen and Stone (1984).
 */
export const crossValidate = async (
  examples: Examples,
  options: CrossValidateOptions,
): Promise<CrossValidation> => {
  const {
    lambdas,
    path,
    k = 5,
    seed = 0,
    error = meanSquaredResidual,
  } = requireKnown("crossValidate", options, ["lambdas", "path", "k", "seed", "error"]);
  checkExamples("crossValidate", examples);
  if (lambdas.length === 0) throw new SteepestError("crossValidate: no lambdas; give at least one");
  const errors: number[][] = [];
  for (const { train, test } of kFold(examples.n, k, seed)) {
    const fits = await path(selectExamples(examples, train), lambdas);
    if (fits.length !== lambdas.length) {
      throw new SteepestError(
        `crossValidate: path returned ${fits.length} models for ${lambdas.length} lambdas`,
      );
    }
    const held = selectExamples(examples, test);
    const found = fits.map((model) => error(model, held));
    const wrong = found.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new SteepestError(
        `crossValidate: the error of lambda ${lambdas[wrong]} in fold ${errors.length} is ${found[wrong]}; let error give a finite number`,
      );
    }
    errors.push(found);
  }
  const ofLambda = lambdas.map((_, i) => errors.map((fold) => fold[i] ?? missing()));
  const means = Float64Array.from(ofLambda, mean);
  const spreads = Float64Array.from(ofLambda, standardError);
  const smallest = Math.min(...means);
  const largestWithin = (limit: number) =>
    Math.max(...lambdas.filter((_, i) => (means[i] ?? missing()) <= limit));
  const best = largestWithin(smallest);
  const spread = spreads[lambdas.indexOf(best)] ?? missing();
  return {
    lambdas,
    mean: means,
    standardError: spreads,
    best,
    oneStandardError: largestWithin(smallest + spread),
  };
};
