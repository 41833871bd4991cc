import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { mean, relu, reshape, sigmoid } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";
import { requireChannels } from "./conv.js";
import { linear } from "./linear.js";

/**
 * Multiplies each channel of `[batch, channels, height, width]` by a number from 0 to 1 that a small network makes of the means of all
 * channels: `x · σ(W₂·relu(W₁·mean(x)))`, with `channels / reduction` numbers between. Hu et al. 2018.
 */
export const squeezeExcitation = (
  options: { /** @defaultValue 4 */ readonly reduction?: number } = {},
): Layer => {
  const { reduction = 4 } = requireKnown("squeezeExcitation", options, ["reduction"]);
  if (!(reduction >= 1)) {
    throw new SteepestError(`squeezeExcitation: reduction must be at least 1, got ${givenText(reduction)}`);
  }
  return layer("squeezeExcitation", (x, scope) => {
    requireChannels("squeezeExcitation", x, 2);
    const channels = x.size(1);
    const squeezed = relu(
      scope.apply(linear(Math.max(1, Math.round(channels / reduction))), mean(x, [2, 3])),
    );
    const share = sigmoid(scope.apply(linear(channels), squeezed));
    return x.mul(reshape(share, [-1, channels, 1, 1]));
  });
};
