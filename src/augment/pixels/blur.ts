import { check, positiveCount } from "../../check.js";
import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `blur`. */
export interface BlurOptions {
  /** Range of the Gaussian's standard deviation in pixels. @defaultValue [0.1, 2] */
  readonly sigma?: Spread;
  /** Distance of the furthest neighbours that count, in pixels. @defaultValue 3·sigma, rounded up */
  readonly radius?: number;
}

/** The mean of the neighbours, weighted by a Gaussian; beyond the picture it is mirrored. */
export const blur = (options: BlurOptions = {}): Transformation => {
  const { sigma = [0.1, 2], radius } = requireKnown("blur", options, ["sigma", "radius"]);
  const [low, high] = spreadOf("blur", "sigma", typeof sigma === "number" ? [sigma, sigma] : sigma, {
    least: 0.01,
    most: 100,
  });
  check("blur", positiveCount, { radius: radius ?? 1 });
  return transformation({
    name: "blur",
    draw: (draws) => ({ sigma: draws.between(low, high) }),
    operations: (drawn) => [
      { kind: "blur", sigma: drawn.sigma, radius: radius ?? Math.ceil(3 * drawn.sigma) },
    ],
  });
};
