import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { reshape } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { constant } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

/**
 * Multiplies each channel of `[batch, channels, …]`, or each feature of `[batch, features]`, by a number of its own, which starts at
 * `initial`: put last into a branch of `residual`, it lets deep networks start as if their branches were hardly there. Parameter `gamma` of shape
 * `[channels]`. Touvron et al. 2021.
 *
 * Throws where `initial` is not a finite number.
 */
export const layerScale = (initial = 1e-6): Layer => {
  if (!Number.isFinite(initial)) {
    throw new SteepestError(`layerScale: initial must be a finite number, got ${givenText(initial)}`);
  }
  return layer("layerScale", (x, scope) => {
    if (x.rank < 2) {
      throw new SteepestError(
        `layerScale: expected inputs of shape [batch, channels, …], got ${formatShape(x.shape)}`,
      );
    }
    const gamma = scope.param("gamma", [x.size(1)], constant(initial), { role: "scale" });
    return x.mul(reshape(gamma, [x.size(1), ...x.shape.slice(2).map(() => 1)]));
  });
};
