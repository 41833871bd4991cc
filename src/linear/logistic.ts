import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { checkClasses } from "./classes.js";
import { checkExamples, checkLambda, type Examples } from "./examples.js";
import { type LinearFit, predict } from "./fit.js";
import { binaryLabels } from "./labels.js";
import { fitLikelihood } from "./likelihood.js";

export interface LogisticOptions {
  /** λ ≥ 0 in Σ loss + λ‖w‖²: 1/(2C) for scikit-learn's `C`. */
  readonly lambda: number;
  /** Fit an intercept, which is not penalised. @defaultValue true */
  readonly intercept?: boolean;
}

/** P(y = 1 | x) = 1 / (1 + e^−(x'w + b)). */
export interface LogisticFit extends LinearFit {
  /** The objective at the minimum. */
  readonly value: number;
  /** Newton steps taken. */
  readonly iterations: number;
}

/**
 * Logistic regression for classes 0 and 1 (also given as −1 and +1): minimises Σ log(1 + e^zᵢ) − yᵢzᵢ + λ‖w‖², z = Xw + b,
 * by Newton's method.
 *
 * Throws for a negative λ, targets other than two classes, one class only, and for λ = 0 where no minimum exists (the
 * features separate the classes) or many do (features that depend on each other).
 */
export const logisticRegression = async (
  examples: Examples,
  options: LogisticOptions,
): Promise<LogisticFit> => {
  const { lambda, intercept = true } = requireKnown("logisticRegression", options, ["lambda", "intercept"]);
  checkExamples("logisticRegression", examples);
  checkLambda("logisticRegression", lambda);
  const y = binaryLabels("logisticRegression", examples.y);
  checkClasses("logisticRegression", y, 2);
  const { weights, intercepts, value, iterations } = await fitLikelihood(
    "logisticRegression",
    { ...examples, y },
    1,
    { lambda, intercept },
  );
  return { weights, intercept: intercepts[0] ?? missing(), value, iterations };
};

/** P(y = 1 | x) for m rows of d features. */
export const probabilities = (fit: LogisticFit, X: Float64Array): Float64Array =>
  predict(fit, X).map((z) => 1 / (1 + Math.exp(-z)));
