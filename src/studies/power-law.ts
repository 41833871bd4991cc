import { SteepestError } from "../errors.js";
import { lineThrough } from "../statistics.js";

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
  const { slope, intercept } = lineThrough(
    points.map(([x]) => Math.log(x)),
    points.map(([, y]) => Math.log(y)),
  );
  return { exponent: slope, factor: Math.exp(intercept) };
};
