import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { checkClasses } from "./classes.js";
import { checkExamples, checkLambda, checkRows, type Examples } from "./examples.js";
import { fitLikelihood, type LikelihoodFit } from "./likelihood.js";
import type { LogisticOptions } from "./logistic.js";

/** P(y = k | x) = softmax(x'W + b)_k; `weights` is d × classes row by row, `intercepts` has one number per class. */
export interface SoftmaxFit extends LikelihoodFit {
  readonly classes: number;
}

/**
 * Softmax (multinomial logistic) regression for classes 0 … K − 1, K the largest class number plus one: minimises
 * Σ log Σ_k e^(z_ik) − z_i,yᵢ + λ‖W‖², Z = XW + b, by Newton's method. Of the equal solutions (the same number added to
 * every class) it gives the one whose weights and intercepts sum to zero over the classes.
 *
 * Throws for a negative λ, targets that are not class numbers, a class without examples, and for λ = 0 where no minimum
 * exists or many do, as `logisticRegression`.
 */
export const softmaxRegression = async (
  examples: Examples,
  options: LogisticOptions,
): Promise<SoftmaxFit> => {
  const { lambda, intercept = true } = requireKnown("softmaxRegression", options, ["lambda", "intercept"]);
  checkExamples("softmaxRegression", examples);
  checkLambda("softmaxRegression", lambda);
  const classes = checkClasses("softmaxRegression", examples.y);
  return {
    ...(await fitLikelihood("softmaxRegression", examples, classes, { lambda, intercept })),
    classes,
  };
};

/** P(y = k | x), m × classes row by row, for m rows of d features. Throws as `predict` does. */
export const classProbabilities = (
  { weights, intercepts, classes }: SoftmaxFit,
  X: Float64Array,
): Float64Array => {
  const d = weights.length / classes;
  const m = checkRows("classProbabilities", X, d);
  const p = new Float64Array(m * classes);
  for (let i = 0; i < m; i++) {
    const z = intercepts.slice();
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < classes; k++) {
        z[k] = (z[k] ?? missing()) + (X[i * d + j] ?? missing()) * (weights[j * classes + k] ?? missing());
      }
    }
    const largest = Math.max(...z);
    const e = z.map((zk) => Math.exp(zk - largest));
    const total = e.reduce((a, b) => a + b, 0);
    p.set(
      e.map((ek) => ek / total),
      i * classes,
    );
  }
  return p;
};
