import { check, positive } from "../../check.js";
import { mean, sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { constant, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface LayerNormOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
}

/**
 * Layer normalisation: `y = gamma·(x - mean)/√(variance + epsilon) + beta` with mean and variance of each example over its last
 * axis, the same in training and in use: `[…, features]` to the same shape. Parameters `gamma` (starts at 1) and `beta` (0) of
 * shape `[features]`. Ba, Kiros & Hinton 2016.
 */
export const layerNorm = (options: LayerNormOptions = {}): Layer => {
  const { epsilon = 1e-5 } = requireKnown("layerNorm", options, ["epsilon"]);
  check("layerNorm", positive, { epsilon });
  return layer("layerNorm", (x, scope) => {
    const features = [x.size(-1)];
    const gamma = scope.param("gamma", features, constant(1), { role: "scale" });
    const beta = scope.param("beta", features, zeros());
    const centred = x.sub(mean(x, -1, { keepDims: true }));
    const variance = mean(square(centred), -1, { keepDims: true });
    return centred
      .div(sqrt(variance.add(epsilon)))
      .mul(gamma)
      .add(beta);
  });
};
