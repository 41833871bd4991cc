import { SteepestError } from "../../errors.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { type Initializer, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface TiedOptions {
  /** How the biases start. @defaultValue `zeros()` */
  readonly biasInit?: Initializer;
  /** Whether a bias of its own is added. @defaultValue true */
  readonly bias?: boolean;
}

/**
 * A layer backwards, with the same weights: `y = x·Wᵀ + b` for the weight W `[in, units]` of a linear layer or an embedding that was applied
 * before, `[…, units]` to `[…, in]`. So a decoder has its encoder's weights, and a language model's logits those of its embedding (Press & Wolf 2017).
 * Parameter `bias` of shape `[in]`; the weight stays the other layer's.
 *
 * ```ts
 * const words = embedding(1000, 32);
 * const net = sequential(words, relu(), tied(words));
 * ```
 *
 * Throws where the layer was not applied before, or has no matrix called `weight`.
 */
export const tied = (to: Layer, options: TiedOptions = {}): Layer => {
  const { bias = true, biasInit = zeros() } = requireKnown("tied", options, ["bias", "biasInit"]);
  return layer("tied", (x, scope) => {
    const weight = scope.parameterOf(to, "weight");
    if (weight.rank !== 2 || x.shape.at(-1) !== weight.shape[1]) {
      throw new SteepestError(
        `tied: inputs of shape ${formatShape(x.shape)} do not fit the weight ${formatShape(weight.shape)} backwards; its second size must be their last`,
      );
    }
    const y = x.matmul(weight, { transposeB: true });
    return bias ? y.add(scope.param("bias", [weight.size(0)], biasInit)) : y;
  });
};
