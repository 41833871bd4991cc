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

/** The least-squares line through points, `y = intercept + slope·x`, and the share of the variance of y that it leaves. */
export const lineThrough = (xs: readonly number[], ys: readonly number[]) => {
  const [mx, my] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((total, x) => total + (x - mx) ** 2, 0);
  const sxy = xs.reduce((total, x, i) => total + (x - mx) * ((ys[i] ?? missing()) - my), 0);
  const syy = ys.reduce((total, y) => total + (y - my) ** 2, 0);
  const slope = sxy / sxx;
  return { slope, intercept: my - slope * mx, unexplained: syy === 0 ? 0 : 1 - sxy ** 2 / (sxx * syy) };
};
