import { SteepestError } from "../../errors.js";
import { constant, reshape } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { centred } from "../centred.js";
import { type Layer, layer } from "../layer.js";

/** A fixed linear map of centred inputs. */
export interface ProjectedOptions {
  /** Subtracted first; one number per input feature, kept to float64's precision where it is given in it. */
  readonly mean: Float32Array | Float64Array;
  /** M, row by row: as many rows as there are features. */
  readonly matrix: Float32Array;
  /** Give the output the input's shape; M must be square. @defaultValue false */
  readonly keepShape?: boolean;
}

/**
 * `(x - mean)·M` with fixed numbers: `[batch, …]` to `[batch, columns of M]`. Puts preprocessing such as principal components and
 * whitening into the network, so that the exported model takes raw inputs. Lecture, "Data Preprocessing".
 */
export const projected = (options: ProjectedOptions): Layer => {
  const {
    mean,
    matrix,
    keepShape = false,
  } = requireKnown("projected", options, ["mean", "matrix", "keepShape"]);
  const columns = matrix.length / mean.length;
  return layer("project", (x) => {
    const flat = reshape(x, [x.shape[0] ?? missing(), -1]);
    if (flat.size(1) !== mean.length || !Number.isInteger(columns)) {
      throw new SteepestError(
        `projected: ${mean.length} means and ${matrix.length} matrix elements do not fit inputs of shape ${formatShape(x.shape)}`,
      );
    }
    const y = centred(flat, mean, [mean.length]).matmul(constant(matrix, [mean.length, columns]));
    return keepShape ? reshape(y, x.shape) : y;
  });
};
