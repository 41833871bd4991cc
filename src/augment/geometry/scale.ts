import { requireKnown } from "../../options.js";
import { aboutCentre, scaling } from "../matrix.js";
import { move } from "../operation.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `scale`. */
export interface ScaleOptions {
  /** Range of the factor. @defaultValue 0.2 to both sides of 1 */
  readonly factor?: Spread;
  /** A factor for each axis, which stretches; else one for both. @defaultValue true */
  readonly perAxis?: boolean;
}

/** Makes what is seen larger or smaller about the centre; the picture keeps its size. */
export const scale = (options: ScaleOptions = {}): Transformation => {
  const { factor = 0.2, perAxis = true } = requireKnown("scale", options, ["factor", "perAxis"]);
  const [low, high] = spreadOf("scale", "factor", factor, { around: 1, least: 0.01 });
  return transformation({
    name: "scale",
    draw: (draws) => {
      const x = draws.between(low, high);
      return { x, y: perAxis ? draws.between(low, high) : x };
    },
    operations: ({ x, y }, size) => [
      move({ kind: "projective", matrix: aboutCentre(scaling(1 / x, 1 / y), size) }, size),
    ],
  });
};
