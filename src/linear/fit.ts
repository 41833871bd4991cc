import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { mean } from "../statistics.js";
import { checkExamples, checkRows, type Examples } from "./examples.js";

/** A linear model ŷ = x'w + b. */
export interface LinearFit {
  /** w, one weight per feature. */
  readonly weights: Float64Array;
  /** b; 0 for a model without intercept. */
  readonly intercept: number;
}

/** ŷ = Xw + b for m rows of d features. Throws where X does not hold whole rows, or a number is not finite. */
export const predict = ({ weights, intercept }: LinearFit, X: Float64Array): Float64Array => {
  const d = weights.length;
  return Float64Array.from({ length: checkRows("predict", X, d) }, (_, i) => {
    let sum = intercept;
    for (let j = 0; j < d; j++) sum += (X[i * d + j] ?? missing()) * (weights[j] ?? missing());
    return sum;
  });
};

/** y − ŷ, one number per example. */
export const residuals = (fit: LinearFit, examples: Examples): Float64Array => {
  checkExamples("residuals", examples);
  if (fit.weights.length !== examples.d) {
    throw new SteepestError(
      `residuals: the fit has ${fit.weights.length} weights, the examples ${examples.d} features`,
    );
  }
  const predicted = predict(fit, examples.X);
  return examples.y.map((y, i) => y - (predicted[i] ?? missing()));
};

/** (1/n)·Σ(y − ŷ)². */
export const meanSquaredResidual = (fit: LinearFit, examples: Examples): number =>
  residuals(fit, examples).reduce((sum, r) => sum + r * r, 0) / examples.n;

/** R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 for a perfect fit, 0 for predicting the mean. Throws where all targets are equal. */
export const rSquared = (fit: LinearFit, examples: Examples): number => {
  const { y, n } = examples;
  const centre = mean(y);
  const spread = y.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  if (y.every((value) => value === y[0])) {
    throw new SteepestError(`rSquared: all ${n} targets are ${y[0]}; R² compares with their spread`);
  }
  return 1 - (meanSquaredResidual(fit, examples) * n) / spread;
};
