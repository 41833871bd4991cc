import { missing } from "./missing.js";

/** Σx / n; NaN of no numbers. */
export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? missing();
  return sum / values.length;
};

/** Σ(x − x̄)² / n. */
export const variance = (values: ArrayLike<number>): number => {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] ?? missing()) - centre) ** 2;
  return sum / values.length;
};

/** Standard error of the mean of independent numbers: their standard deviation (n − 1) over √n. */
export const standardError = (values: ArrayLike<number>): number =>
  Math.sqrt(variance(values) / (values.length - 1));

const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086,
];

/** The 97.5 % quantile of Student's t with so many degrees of freedom; beyond 20 by its expansion about the normal one, to three digits. */
export const studentQuantile = (degrees: number): number =>
  student[degrees - 1] ?? 1.96 + (1.96 ** 3 + 1.96) / (4 * degrees);

/** The least-squares line through points, `y = intercept + slope·x`, and the share of the variance of y that it leaves. */
export const lineThrough = (xs: readonly number[], ys: readonly number[]) => {
  const [mx, my] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((total, x) => total + (x - mx) ** 2, 0);
  const sxy = xs.reduce((total, x, i) => total + (x - mx) * ((ys[i] ?? missing()) - my), 0);
  const syy = ys.reduce((total, y) => total + (y - my) ** 2, 0);
  const slope = sxy / sxx;
  return { slope, intercept: my - slope * mx, unexplained: syy === 0 ? 0 : 1 - sxy ** 2 / (sxx * syy) };
};

/**
 * The 95 % interval of a share `p` measured on `n` independent examples, as shares (Wilson, 1927):
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96.
 */
export const interval = (p: number, n: number): readonly [number, number] => {
  const z2 = 1.96 ** 2;
  const middle = p + z2 / (2 * n);
  const half = Math.sqrt(z2 * ((p * (1 - p)) / n + z2 / (4 * n * n)));
  return [Math.max(0, (middle - half) / (1 + z2 / n)), Math.min(1, (middle + half) / (1 + z2 / n))];
};
