import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `sharpness`. */
export interface SharpnessOptions {
  /** Range of the factor: 0 smooths, 1 changes nothing, 2 sharpens. @defaultValue 0.9 to both sides of 1 */
  readonly factor?: Spread;
}

/** f·x + (1 − f)·smooth(x), where smooth is a weighted mean of a pixel and its neighbours (Pillow's); outermost pixels stay. */
export const sharpness = (options: SharpnessOptions = {}): Transformation => {
  const { factor = 0.9 } = requireKnown("sharpness", options, ["factor"]);
  const [low, high] = spreadOf("sharpness", "factor", factor, { around: 1, least: 0 });
  return transformation({
    name: "sharpness",
    draw: (draws) => ({ factor: draws.between(low, high) }),
    operations: (drawn) => [{ kind: "sharpness", factor: drawn.factor }],
  });
};
