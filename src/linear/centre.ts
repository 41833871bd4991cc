import { missing } from "../missing.js";
import type { Examples } from "./examples.js";

/** Examples with the means that an unpenalised intercept absorbs; all zero for a model without intercept. */
export interface Centred extends Examples {
  /** Mean of each feature, d. */
  readonly means: Float64Array;
  /** Mean of the targets. */
  readonly targetMean: number;
  /** The numbers of the features that have one value only: they are exactly zero after centring. */
  readonly constant: readonly number[];
}

/**
 * Finds the means. The least-squares intercept for any weights is ȳ − x̄'w, so that minimising over it leaves the same
 * problem in X − x̄ and y − ȳ; the centred numbers are made row by row where they are needed, not stored.
 */
export const centre = (examples: Examples, intercept: boolean): Centred => {
  const { X, y, n, d } = examples;
  const constant = Array.from({ length: d }, (_, j) => j).filter((j) => {
    for (let i = 1; i < n; i++) if (X[i * d + j] !== X[j]) return false;
    return true;
  });
  const means = new Float64Array(d);
  if (!intercept) return { ...examples, means, targetMean: 0, constant };
  for (let k = 0; k < X.length; k++) means[k % d] = (means[k % d] ?? missing()) + (X[k] ?? missing()) / n;
  // Exact for constant features, so that rounding does not leave a column of noise.
  for (const j of constant) means[j] = X[j] ?? missing();
  const targetMean = y.every((value) => value === y[0])
    ? (y[0] ?? missing())
    : y.reduce((a, b) => a + b / n, 0);
  return { ...examples, means, targetMean, constant };
};

/** `v` less its mean. Twice, since the first leaves the rounding of a mean that may be far larger than what is left. */
export const withoutMean = (v: Float64Array): Float64Array => {
  const less = (values: Float64Array) => {
    const mean = values.reduce((total, value) => total + value / values.length, 0);
    return values.map((value) => value - mean);
  };
  return less(less(v));
};

/** ȳ − x̄'w: what the means say the intercept is. */
export const interceptOf = ({ means, targetMean }: Centred, weights: Float64Array): number =>
  weights.reduce((b, w, j) => b - w * (means[j] ?? missing()), targetMean);
