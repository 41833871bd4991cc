import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { requireKnown } from "../../options.js";
import { truncatedNormal } from "../initializers.js";
import type { Layer } from "../layer.js";
import { gelu } from "../layers/activations.js";
import { residual, sequential } from "../layers/containers.js";
import { conv2d } from "../layers/conv.js";
import { depthwiseConv2d } from "../layers/depthwise.js";
import { layerNorm } from "../layers/layerNorm.js";
import { layerScale } from "../layers/layerScale.js";
import { linear } from "../layers/linear.js";
import { globalAveragePool } from "../layers/pooling.js";
import { stochasticDepth } from "../layers/stochasticDepth.js";

export interface ConvNeXtOptions {
  /** @defaultValue 1000 */
  readonly classes?: number;
  /** Channels of each stage. @defaultValue [96, 192, 384, 768] */
  readonly widths?: readonly number[];
  /** Blocks of each stage. @defaultValue [3, 3, 9, 3] */
  readonly depths?: readonly number[];
  /** The side of the patches that the first convolution sees, each once: 4 for pictures of 224 x 224, 1 or 2 for those of 32 x 32. @defaultValue 4 */
  readonly patch?: number;
  /** The probability with which stochastic depth keeps the last block; that of the first is 1, the others lie between. @defaultValue 0.9 */
  readonly keep?: number;
}

const init = truncatedNormal(0.02);

/** Every place normalised over its channels. */
const normalised = (): Layer => layerNorm({ axis: 1, epsilon: 1e-6 });

/** Patches side by side, each of them one place of the result. */
const patches = (filters: number, side: number): Layer =>
  conv2d(filters, { kernel: side, stride: side, padding: "valid", init });

const block = (channels: number, keep: number): Layer =>
  residual(
    depthwiseConv2d({ kernel: 7, init }),
    normalised(),
    conv2d(4 * channels, { kernel: 1, init }),
    gelu(),
    conv2d(channels, { kernel: 1, init }),
    layerScale(1e-6),
    stochasticDepth(keep),
  );

/**
 * ConvNeXt, a convolutional network after the manner of vision transformers: depthwise convolutions of 7 x 7, layer normalisation over channels,
 * four times as many channels within a block, GELU, layer scale and stochastic depth. ConvNeXt-Tiny, the usual one here, has 28,589,128
 * parameters and 4.46 thousand million multiply-adds for a picture of 224 x 224 and 1000 classes; ConvNeXt-Small has `depths: [3, 3, 27, 3]`.
 * Liu et al. 2022.
 *
 * Throws where there are not as many depths as widths.
 */
export const convNeXt = (options: ConvNeXtOptions = {}): Layer => {
  const {
    classes = 1000,
    widths = [96, 192, 384, 768],
    depths = [3, 3, 9, 3],
    patch = 4,
    keep = 0.9,
  } = requireKnown("convNeXt", options, ["classes", "widths", "depths", "patch", "keep"]);
  if (
    !Array.isArray(widths) ||
    !Array.isArray(depths) ||
    widths.length !== depths.length ||
    widths.length === 0
  ) {
    throw new SteepestError(
      `convNeXt: widths and depths must be lists of one number for each stage, got ${givenText(widths)} and ${givenText(depths)}`,
    );
  }
  const last = depths.reduce((a, b) => a + b, 0) - 1;
  let index = 0;
  const stage = (channels: number, i: number): Layer[] => [
    ...(i === 0 ? [patches(channels, patch), normalised()] : [normalised(), patches(channels, 2)]),
    ...Array.from({ length: depths[i] ?? 0 }, () =>
      block(channels, 1 - ((1 - keep) * index++) / Math.max(1, last)),
    ),
  ];
  return sequential(
    ...widths.flatMap(stage),
    globalAveragePool(),
    layerNorm({ epsilon: 1e-6 }),
    linear(classes, { init }),
  );
};
