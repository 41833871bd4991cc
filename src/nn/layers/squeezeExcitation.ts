import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { mean, relu, reshape } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";
import { sigmoid } from "./activations.js";
import { requireChannels } from "./conv.js";
import { linear } from "./linear.js";

export interface SqueezeExcitationOptions {
  /** How many times fewer numbers stand between than there are channels. @defaultValue 4 */
  readonly reduction?: number;
  /** How many numbers stand between. @defaultValue channels / reduction, at least 1 */
  readonly units?: number;
  /** What makes the factors of the channels. @defaultValue `sigmoid()` */
  readonly gate?: Layer;
}

/**
 * Multiplies each channel of `[batch, channels, height, width]` by a number from 0 to 1 that a small network makes of the means of all
 * channels: `x · σ(W₂·relu(W₁·mean(x)))`, with `units` numbers between. Hu et al. 2018; with `gate: hardSigmoid()` as in MobileNetV3.
 *
 * Throws where the reduction is below 1.
 */
export const squeezeExcitation = (options: SqueezeExcitationOptions = {}): Layer => {
  const {
    reduction = 4,
    units,
    gate = sigmoid(),
  } = requireKnown("squeezeExcitation", options, ["reduction", "units", "gate"]);
  if (!(reduction >= 1)) {
    throw new SteepestError(`squeezeExcitation: reduction must be at least 1, got ${givenText(reduction)}`);
  }
  return layer("squeezeExcitation", (x, scope) => {
    requireChannels("squeezeExcitation", x, 2);
    const channels = x.size(1);
    const between = units ?? Math.max(1, Math.round(channels / reduction));
    const squeezed = relu(scope.apply(linear(between), mean(x, [2, 3])));
    const share = scope.apply(gate, scope.apply(linear(channels), squeezed));
    return x.mul(reshape(share, [-1, channels, 1, 1]));
  });
};
