import { checkOneOf } from "../../check.js";
import { SteepestError } from "../../errors.js";
import type { Shape, Tensor } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

export interface DropoutOptions {
  /** Probability that a unit is kept, the lecture's p: in (0, 1]. @defaultValue 0.5 */
  readonly keep?: number;
  /**
   * Where the expected output is made equal in training and use: "train" divides kept units by `keep` while training
   * ("inverted dropout"); "inference" multiplies by `keep` in use, as in the lecture. Both have the same expectation.
   *
   * @defaultValue "train"
   */
  readonly scaling?: "train" | "inference";
}

/** A layer that multiplies by a random mask; `maskShape` says which elements are dropped together. */
const dropping = (kind: string, options: DropoutOptions, maskShape: (x: Tensor) => Shape): Layer => {
  const { keep = 0.5, scaling = "train" } = requireKnown(kind, options, ["keep", "scaling"]);
  if (!(keep > 0 && keep <= 1)) {
    throw new SteepestError(
      `${kind}: keep is the probability that a unit is kept and must be in (0, 1], got ${keep}${keep === 0 ? "; with 0 the layer has no output" : ""}`,
    );
  }
  checkOneOf(kind, "scaling", scaling, ["train", "inference"]);
  return layer(kind, (x, scope) => {
    const shape = maskShape(x);
    if (keep === 1) return x;
    if (!scope.thinned) return scaling === "inference" ? x.mul(keep) : x;
    return x.mul(scope.mask(shape, { keep, scale: scaling === "train" ? 1 / keep : 1 }));
  });
};

/**
 * Dropout: at every training step each unit is set to zero with probability `1 - keep`; in use all units are present.
 * `keep: 1` is the identity. As the first layer it drops inputs. Lecture, "Dropout"; Srivastava et al. 2014.
 *
 * Throws where `keep` is not in (0, 1]: with 0 the layer would have no output.
 */
export const dropout = (options: DropoutOptions = {}): Layer => dropping("dropout", options, (x) => x.shape);

/**
 * Dropout of whole channels: of an input `[batch, channels, …]` each channel of each example is kept or set to zero as a whole,
 * since neighbouring positions of a feature map say much the same. On `[batch, features]` it is `dropout`.
 * Tompson et al. 2015 ("SpatialDropout").
 *
 * Throws where `keep` is not in (0, 1], or the input has no channels.
 */
export const channelDropout = (options: DropoutOptions = {}): Layer =>
  dropping("channelDropout", options, (x) => {
    if (x.rank < 2) {
      throw new SteepestError(
        `channelDropout: expected inputs of shape [batch, channels, …], got ${formatShape(x.shape)}`,
      );
    }
    return x.shape.map((size, axis) => (axis < 2 ? size : 1));
  });
