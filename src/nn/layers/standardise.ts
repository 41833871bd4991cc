import { constant } from "../../graph/index.js";
import { type Layer, layer } from "../layer.js";

/**
 * `(x - mean) / scale` with fixed numbers, one per feature or one for all: puts preprocessing into the network, so that the
 * exported model takes raw inputs. Lecture, "Data Preprocessing".
 */
export const standardised = ({
  mean,
  scale,
}: {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}): Layer => {
  const inverse = scale.map((s) => 1 / s);
  const shift = mean.map((m, i) => -m * (inverse[i] ?? 1));
  return layer("standardise", (x) => {
    const shape = mean.length === 1 ? [1] : x.shape.slice(1);
    return x.mul(constant(inverse, shape)).add(constant(shift, shape));
  });
};
