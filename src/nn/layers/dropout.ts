import { SteepestError } from "../../errors.js";
import { type Layer, layer } from "../layer.js";

export interface DropoutOptions {
  /** Probability that a unit is kept, the lecture's p: in (0, 1]. */
  readonly keep?: number;
  /**
   * Where the expected output is made equal in training and use: "train" divides kept units by `keep` while training
   * ("inverted dropout"); "inference" multiplies by `keep` in use, as in the lecture. Both have the same expectation.
   */
  readonly scaling?: "train" | "inference";
}

/**
 * Dropout: at every training step each unit is set to zero with probability `1 - keep`; in use all units are present.
 * `keep: 1` is the identity. Lecture, "Dropout"; Srivastava et al. 2014.
 *
 * Throws where `keep` is not in (0, 1]: with 0 the layer would have no output.
 */
export const dropout = ({ keep = 0.5, scaling = "train" }: DropoutOptions = {}): Layer => {
  if (!(keep > 0 && keep <= 1)) {
    throw new SteepestError(
      `dropout: keep is the probability that a unit is kept and must be in (0, 1], got ${keep}${keep === 0 ? "; with 0 the layer has no output" : ""}`,
    );
  }
  return layer("dropout", (x, scope) => {
    if (keep === 1) return x;
    if (scope.mode === "inference") return scaling === "inference" ? x.mul(keep) : x;
    return x.mul(scope.mask(x.shape, { keep, scale: scaling === "train" ? 1 / keep : 1 }));
  });
};
