import { newRows, polynomial, soleFloats } from "../../data/index.js";
import type { Examples, LinearFit } from "../../linear/index.js";
import { polynomialFeatures } from "../../linear/index.js";
import { missing } from "../../missing.js";

/** The quadratic of the lecture's illustration. */
export const truth = (x: number): number => -0.5 + 0.5 * x + 1.5 * x * x;

/** Standard deviation of its noise. */
export const noise = 0.3;

export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** n noisy points of the quadratic, evenly spaced on [−1, 1]; the noise follows from the seed. */
export const noisyQuadratic = (n: number, seed: number): Points => {
  const data = polynomial({ n, noise, seed, coefficients: [-0.5, 0.5, 1.5] });
  const rows = newRows(data, n);
  data.read([...Array(n).keys()], rows);
  return { x: Float64Array.from(soleFloats(rows.inputs)), y: Float64Array.from(soleFloats(rows.targets)) };
};

/** The points with the lecture's features [1, x, …, x^d] as inputs; the constant is left to the intercept. */
export const polynomialExamples = ({ x, y }: Points, degree: number): Examples => {
  const { X, n, d } = polynomialFeatures(x, degree, { constant: false });
  return { X, y, n, d };
};

/** The curve of a fitted polynomial at the positions x, by Horner's rule. */
export const curve = ({ weights, intercept }: LinearFit, x: ArrayLike<number>): Float64Array =>
  Float64Array.from(x, (at) => weights.reduceRight((sum, w) => (sum + w) * at, 0) + intercept);

/** Positions across [−1, 1], close enough to draw and to average over. */
export const fine = Float64Array.from({ length: 801 }, (_, i) => -1 + i / 400);

/** E(y − f̂(x))² of a new example with x uniform on [−1, 1]: the noise's variance and the mean square of f̂ − f. */
export const expectedError = (fit: LinearFit): number => {
  const predicted = curve(fit, fine);
  let sum = 0;
  for (const [i, x] of fine.entries()) sum += ((predicted[i] ?? missing()) - truth(x)) ** 2;
  return noise ** 2 + sum / fine.length;
};
