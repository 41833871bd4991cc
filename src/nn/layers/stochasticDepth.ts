import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import type { Layer } from "../layer.js";
import { layer } from "../layer.js";

/**
 * Lets a branch of a residual network through for each example with probability `keep`, divided by `keep`, and else sets it to zero: the network
 * is trained at many depths, and used at the full one. Put it last into the branch of `residual`. Huang et al. 2016.
 *
 * Throws where `keep` is not in (0, 1].
 */
export const stochasticDepth = (keep: number): Layer => {
  if (!(keep > 0 && keep <= 1)) {
    throw new SteepestError(`stochasticDepth: keep must be in (0, 1], got ${givenText(keep)}`);
  }
  return layer("stochasticDepth", (x, scope) => {
    if (!scope.thinned || keep === 1) return x;
    const perExample = x.shape.map((size, axis) => (axis === 0 ? size : 1));
    return x.mul(scope.mask(perExample, { keep, scale: 1 / keep }));
  });
};
