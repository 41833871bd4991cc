import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";
import { type ConvOptions, conv2d, convOptions, requireChannels } from "./conv.js";

const ofChannels = convOptions.filter((name) => name !== "groups");

/**
 * A convolution of each channel by filters of its own, `multiplier` of them: `[batch, channels, height, width]` to
 * `[batch, channels · multiplier, …]`. Parameters: `weight` of shape `[channels · multiplier, 1, height, width]`, `bias`.
 */
export const depthwiseConv2d = (
  options: Omit<ConvOptions, "groups"> & { /** @defaultValue 1 */ readonly multiplier?: number } = {},
): Layer => {
  const { multiplier = 1, ...rest } = requireKnown("depthwiseConv2d", options, [...ofChannels, "multiplier"]);
  return layer("depthwiseConv2d", (x, scope) => {
    requireChannels("depthwiseConv2d", x, 2);
    const channels = x.size(1);
    return conv2d(channels * multiplier, { ...rest, groups: channels })(x, scope);
  });
};

/**
 * A depthwise convolution and one of single pixels behind it, which mixes the channels: far fewer numbers than `conv2d`. Chollet 2017.
 * Its parts are `depthwiseConv2d` (without a bias) and `conv2d`.
 */
export const separableConv2d = (filters: number, options: Omit<ConvOptions, "groups"> = {}): Layer => {
  const { init, bias, biasInit, ...window } = requireKnown("separableConv2d", options, ofChannels);
  const start = init && { init };
  const depthwise = depthwiseConv2d({ ...window, ...start, bias: false });
  const pointwise = conv2d(filters, {
    kernel: 1,
    ...start,
    ...(bias === undefined ? {} : { bias }),
    ...(biasInit && { biasInit }),
  });
  return layer("separableConv2d", (x, scope) => scope.apply(pointwise, scope.apply(depthwise, x)));
};
