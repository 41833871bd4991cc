import { check, share } from "../../check.js";
import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `solarise`. */
export interface SolariseOptions {
  /** Range of the brightness, as a share of the way from black to white, from which values are inverted. @defaultValue [0.5, 1] */
  readonly threshold?: Spread;
  /** @defaultValue 0.5 */
  readonly probability?: number;
}

/** Inverts all values of at least a threshold. */
export const solarise = (options: SolariseOptions = {}): Transformation => {
  const { threshold = [0.5, 1], probability = 0.5 } = requireKnown("solarise", options, [
    "threshold",
    "probability",
  ]);
  check("solarise", share, { probability });
  const ends = typeof threshold === "number" ? ([threshold, threshold] as const) : threshold;
  const [low, high] = spreadOf("solarise", "threshold", ends, { least: 0, most: 1 });
  return transformation({
    name: "solarise",
    draw: (draws) => (draws.happens(probability) ? { threshold: draws.between(low, high) } : undefined),
    operations: (drawn) => [{ kind: "solarise", threshold: drawn.threshold }],
  });
};
