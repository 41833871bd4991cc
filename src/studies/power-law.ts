import { SteepestError } from "../errors.js";

/** The law `y = factor · x^exponent` through measurements, by least squares in the logarithms. */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
}

/** Fits a power law. Throws where there are fewer than two points or one is not positive. */
export const powerLaw = (points: readonly (readonly [x: number, y: number])[]): PowerLaw => {
  if (points.length < 2 || points.some(([x, y]) => !(x > 0 && y > 0))) {
    throw new SteepestError(
      `powerLaw: ${points.length} points, ${JSON.stringify(points.slice(0, 4))}; give at least two, all positive`,
    );
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const [mx, my] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  const sxx = mean(logs.map(([x]) => (x - mx) ** 2));
  const sxy = mean(logs.map(([x, y]) => (x - mx) * (y - my)));
  const exponent = sxy / sxx;
  return { exponent, factor: Math.exp(my - exponent * mx) };
};
