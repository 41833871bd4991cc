import { check, checkOneOf, positive } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Layer } from "../layer.js";
import { hardSigmoid, hardSwish, relu } from "../layers/activations.js";
import { batchNorm } from "../layers/batchNorm.js";
import { residual, sequential } from "../layers/containers.js";
import { conv2d } from "../layers/conv.js";
import { depthwiseConv2d } from "../layers/depthwise.js";
import { dropout } from "../layers/dropout.js";
import { linear } from "../layers/linear.js";
import { globalAveragePool } from "../layers/pooling.js";
import { squeezeExcitation } from "../layers/squeezeExcitation.js";

export interface MobileNetOptions {
  /** @defaultValue 1000 */
  readonly classes?: number;
  /** All numbers of channels are multiplied by it, and made multiples of 8. @defaultValue 1 */
  readonly width?: number;
  /** "large" halves pictures of 224 x 224 twice as it begins; "small" leaves those of 32 x 32 as they are there. @defaultValue "large" */
  readonly stem?: "large" | "small";
  /** Of the dropout in front of the last layer. @defaultValue 0.8 */
  readonly keep?: number;
}

interface Block {
  readonly kernel: number;
  /** Channels of the depthwise convolution. */
  readonly between: number;
  readonly filters: number;
  readonly squeeze: boolean;
  readonly activation: () => Layer;
  readonly stride: number;
}

/** Those of the small one of two networks. Howard et al. 2019, table 2. */
const blocks: readonly Block[] = [
  { kernel: 3, between: 16, filters: 16, squeeze: true, activation: relu, stride: 2 },
  { kernel: 3, between: 72, filters: 24, squeeze: false, activation: relu, stride: 2 },
  { kernel: 3, between: 88, filters: 24, squeeze: false, activation: relu, stride: 1 },
  { kernel: 5, between: 96, filters: 40, squeeze: true, activation: hardSwish, stride: 2 },
  { kernel: 5, between: 240, filters: 40, squeeze: true, activation: hardSwish, stride: 1 },
  { kernel: 5, between: 240, filters: 40, squeeze: true, activation: hardSwish, stride: 1 },
  { kernel: 5, between: 120, filters: 48, squeeze: true, activation: hardSwish, stride: 1 },
  { kernel: 5, between: 144, filters: 48, squeeze: true, activation: hardSwish, stride: 1 },
  { kernel: 5, between: 288, filters: 96, squeeze: true, activation: hardSwish, stride: 2 },
  { kernel: 5, between: 576, filters: 96, squeeze: true, activation: hardSwish, stride: 1 },
  { kernel: 5, between: 576, filters: 96, squeeze: true, activation: hardSwish, stride: 1 },
];

/** The multiple of 8 that is nearest, but no more than a tenth below. */
const multipleOf8 = (count: number): number => {
  const nearest = Math.max(8, 8 * Math.floor(count / 8 + 0.5));
  return nearest < 0.9 * count ? nearest + 8 : nearest;
};

const normalised = (convolution: Layer): Layer[] => [
  convolution,
  batchNorm({ epsilon: 1e-3, momentum: 0.01 }),
];

const pointwise = (filters: number): Layer[] => normalised(conv2d(filters, { kernel: 1, bias: false }));

/** Many channels between few: an inverted residual block (Sandler et al. 2018). */
const inverted = (
  channels: number,
  { kernel, between, filters, squeeze, activation, stride }: Block,
): Layer => {
  const padding = (kernel - 1) / 2;
  const layers = [
    ...(between === channels ? [] : [...pointwise(between), activation()]),
    ...normalised(depthwiseConv2d({ kernel, stride, padding, bias: false })),
    activation(),
    ...(squeeze ? [squeezeExcitation({ units: multipleOf8(between / 4), gate: hardSigmoid() })] : []),
    ...pointwise(filters),
  ];
  return stride === 1 && channels === filters ? residual(...layers) : sequential(...layers);
};

/**
 * MobileNetV3-Small, a network for few operations: inverted residual blocks with depthwise convolutions, squeeze-excitation and hard-swish.
 * 2,542,856 parameters and 56.5 million multiply-adds for a picture of 224 x 224 and 1000 classes. Howard et al. 2019.
 */
export const mobileNetV3 = (options: MobileNetOptions = {}): Layer => {
  const {
    classes = 1000,
    width = 1,
    stem = "large",
    keep = 0.8,
  } = requireKnown("mobileNetV3", options, ["classes", "width", "stem", "keep"]);
  check("mobileNetV3", positive, { width });
  checkOneOf("mobileNetV3", "stem", stem, ["large", "small"]);
  const wide = (count: number) => multipleOf8(width * count);
  const begin = stem === "large" ? 2 : 1;
  const first = wide(16);
  const scaled = blocks.map((block, i) => ({
    ...block,
    between: wide(block.between),
    filters: wide(block.filters),
    stride: i === 0 ? begin : block.stride,
  }));
  return sequential(
    ...normalised(conv2d(first, { stride: begin, padding: 1, bias: false })),
    hardSwish(),
    ...scaled.map((block, i) => inverted(i === 0 ? first : (scaled[i - 1]?.filters ?? first), block)),
    ...pointwise(6 * wide(96)),
    hardSwish(),
    globalAveragePool(),
    linear(wide(1024)),
    hardSwish(),
    dropout({ keep }),
    linear(classes),
  );
};
