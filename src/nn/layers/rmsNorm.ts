import { check, positive } from "../../check.js";
import { mean, sqrt, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { constant } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface RmsNormOptions {
  /** Added to the mean square. @defaultValue 1e-5 */
  readonly epsilon?: number;
}

/**
 * Normalisation by the root mean square: `y = gamma·x/√(mean(x²) + epsilon)` over the last axis of each example, `[…, features]`
 * to the same shape; layer normalisation without centring and shift. Parameter `gamma` (starts at 1) of shape `[features]`.
 * Zhang & Sennrich 2019.
 */
export const rmsNorm = (options: RmsNormOptions = {}): Layer => {
  const { epsilon = 1e-5 } = requireKnown("rmsNorm", options, ["epsilon"]);
  check("rmsNorm", positive, { epsilon });
  return layer("rmsNorm", (x, scope) => {
    const gamma = scope.param("gamma", [x.size(-1)], constant(1), { role: "scale" });
    return x.div(sqrt(mean(square(x), -1, { keepDims: true }).add(epsilon))).mul(gamma);
  });
};
