import { SteepestError } from "../../errors.js";
import { constant } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { centred } from "../centred.js";
import { type Layer, layer } from "../layer.js";

/**
 * `(x - mean) / scale` with fixed numbers, one per feature or one for all: puts preprocessing into the network, so that the
 * exported model takes raw inputs. Lecture, "Data Preprocessing".
 *
 * Throws where there are not as many means as scales, or not as many as features, or where a scale is 0.
 */
export const centreAndScale = (options: {
  /** Kept to float64's precision where it is given in it. */
  readonly mean: Float32Array | Float64Array;
  readonly scale: Float32Array;
}): Layer => {
  const { mean, scale } = requireKnown("centreAndScale", options, ["mean", "scale"]);
  if (mean.length !== scale.length) {
    throw new SteepestError(
      `centreAndScale: ${mean.length} means and ${scale.length} scales; give one each per feature, or one for all`,
    );
  }
  const unusable = scale.findIndex((s) => s === 0 || !Number.isFinite(s));
  if (unusable >= 0) {
    throw new SteepestError(
      `centreAndScale: scale ${unusable} is ${scale[unusable]}; give 1 for a feature that does not vary`,
    );
  }
  return layer("standardise", (x) => {
    const features = x.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);
    if (mean.length !== 1 && mean.length !== features) {
      throw new SteepestError(
        `centreAndScale: ${mean.length} means do not fit inputs of shape ${formatShape(x.shape)}; give ${features}, or 1`,
      );
    }
    const shape = mean.length === 1 ? [1] : x.shape.slice(1);
    return centred(x, mean, shape, scale).div(constant(scale, shape));
  });
};
