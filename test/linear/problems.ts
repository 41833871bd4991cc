import fc from "fast-check";
import type { Examples } from "../../src/linear/index.js";
import { random } from "../../src/random/random.js";

/** Random regression problems: normal features, half of the true weights zero, noise. */
export const regression = (seed: number, n: number, d: number): Examples => {
  const stream = random(seed, "regression problem");
  const X = new Float64Array(n * d);
  stream.fillNormal(X);
  const w = Float64Array.from({ length: d }, () => (stream.uniform() < 0.5 ? 0 : stream.normal()));
  const y = Float64Array.from({ length: n }, (_, i) => {
    let sum = 2 + 0.5 * stream.normal();
    for (let j = 0; j < d; j++) sum += (X[i * d + j] ?? 0) * (w[j] ?? 0);
    return sum;
  });
  return { X, y, n, d };
};

/** Tall and wide problems with a fast-check seed. */
export const problems = fc
  .record({ seed: fc.nat(), n: fc.integer({ min: 3, max: 25 }), d: fc.integer({ min: 1, max: 25 }) })
  .map(({ seed, n, d }) => regression(seed, n, d));

/** 10^-3 to 10^3. */
export const strengths = fc.double({ min: -3, max: 3, noNaN: true }).map((power) => 10 ** power);

export const norm = (v: ArrayLike<number>): number => Math.sqrt(Array.from(v).reduce((s, x) => s + x * x, 0));

/** X'r, from the definition. */
export const correlations = ({ X, n, d }: Examples, r: Float64Array): Float64Array =>
  Float64Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (X[i * d + j] ?? 0) * (r[i] ?? 0);
    return sum;
  });
