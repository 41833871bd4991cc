import { check, positive } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { mean, reshape, sqrt, square } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { constant, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface LayerNormOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
  /** The axis over which mean and variance are taken: -1, the last, or 1, the channels of pictures `[batch, channels, …]`. @defaultValue -1 */
  readonly axis?: number;
}

/**
 * Layer normalisation: `y = gamma·(x - mean)/√(variance + epsilon) + beta` with mean and variance of each example over its last
 * axis, the same in training and in use: `[…, features]` to the same shape. Parameters `gamma` (starts at 1) and `beta` (0) of
 * shape `[features]`. With `axis: 1` each place of a picture `[batch, channels, …]` is normalised over its channels, as in ConvNeXt.
 * Ba, Kiros & Hinton 2016.
 *
 * Throws where the axis is that of the batch, or there is no such axis.
 */
export const layerNorm = (options: LayerNormOptions = {}): Layer => {
  const { epsilon = 1e-5, axis: given = -1 } = requireKnown("layerNorm", options, ["epsilon", "axis"]);
  check("layerNorm", positive, { epsilon });
  return layer("layerNorm", (x, scope) => {
    const axis = given < 0 ? x.rank + given : given;
    if (!Number.isInteger(axis) || axis < 1 || axis >= x.rank) {
      throw new SteepestError(
        `layerNorm: axis must be one of the axes of ${formatShape(x.shape)} but the batch, got ${givenText(given)}`,
      );
    }
    const features = x.size(axis);
    const along = x.shape.slice(axis).map((_, i) => (i === 0 ? features : 1));
    const gamma = scope.param("gamma", [features], constant(1), { role: "scale" });
    const beta = scope.param("beta", [features], zeros());
    const centred = x.sub(mean(x, axis, { keepDims: true }));
    const variance = mean(square(centred), axis, { keepDims: true });
    return centred
      .div(sqrt(variance.add(epsilon)))
      .mul(reshape(gamma, along))
      .add(reshape(beta, along));
  });
};
