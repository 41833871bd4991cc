import { SteepestError } from "../../errors.js";
import { gemm } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { he, type Initializer, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface LinearOptions {
  /** How the weights start. @defaultValue `he()`, made for relu */
  readonly init?: Initializer;
  /** How the biases start. @defaultValue `zeros()` */
  readonly biasInit?: Initializer;
  /** Whether a bias is added. @defaultValue true */
  readonly bias?: boolean;
}

/**
 * Fully connected layer, `y = x·W + b`: `[…, in]` to `[…, units]`. Parameters: `weight` of shape `[in, units]` (a column per
 * unit), `bias` of shape `[units]`.
 */
export const linear = (units: number, options: LinearOptions = {}): Layer => {
  const {
    init = he(),
    biasInit = zeros(),
    bias = true,
  } = requireKnown("linear", options, ["init", "biasInit", "bias"]);
  if (!Number.isInteger(units) || units < 1) {
    throw new SteepestError(`linear: the number of units must be a whole number of at least 1, got ${units}`);
  }
  return layer("linear", (x, scope) => {
    if (x.rank < 2) {
      throw new SteepestError(
        `linear: expected inputs of shape [batch, features], got ${formatShape(x.shape)}`,
      );
    }
    const weight = scope.param("weight", [x.size(-1), units], init);
    if (!bias) return x.matmul(weight);
    const b = scope.param("bias", [units], biasInit);
    return x.rank === 2 ? gemm(x, weight, b) : x.matmul(weight).add(b);
  });
};
