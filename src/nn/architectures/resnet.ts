import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { requireKnown } from "../../options.js";
import type { Layer } from "../layer.js";
import { relu } from "../layers/activations.js";
import { batchNorm } from "../layers/batchNorm.js";
import { added, sequential } from "../layers/containers.js";
import { conv2d } from "../layers/conv.js";
import { linear } from "../layers/linear.js";
import { globalAveragePool, maxPool } from "../layers/pooling.js";

const normalised = (filters: number, kernel: number, stride = 1): Layer[] => [
  conv2d(filters, { kernel, stride, padding: Math.floor(kernel / 2), bias: false }),
  batchNorm(),
];

/** What goes past a block: the input itself, or where its shape changes a convolution of single pixels. */
const shortcut = (changes: boolean, filters: number, stride: number): Layer =>
  changes ? sequential(...normalised(filters, 1, stride)) : (x) => x;

const basicBlock = (filters: number, stride: number, changes: boolean): Layer[] => [
  added(
    sequential(...normalised(filters, 3, stride), relu(), ...normalised(filters, 3)),
    shortcut(changes, filters, stride),
  ),
  relu(),
];

const bottleneck = (filters: number, stride: number, changes: boolean): Layer[] => [
  added(
    sequential(
      ...normalised(filters, 1),
      relu(),
      ...normalised(filters, 3, stride),
      relu(),
      ...normalised(4 * filters, 1),
    ),
    shortcut(changes, 4 * filters, stride),
  ),
  relu(),
];

export interface ResNetCifarOptions {
  /** Layers with weights: 6n + 2. @defaultValue 20 */
  readonly depth?: number;
  /** Channels of the first stage; each stage has twice as many as the one before. @defaultValue 16 */
  readonly width?: number;
  /** @defaultValue 10 */
  readonly classes?: number;
}

/**
 * A residual network for pictures of 32 x 32: three stages of (depth - 2)/6 blocks of two convolutions, with projections where the shape
 * changes. He et al. 2016, section 4.2. ResNet-20 has 272,474 parameters.
 *
 * Throws for a depth that is not 6n + 2.
 */
export const resnetCifar = (options: ResNetCifarOptions = {}): Layer => {
  const {
    depth = 20,
    width = 16,
    classes = 10,
  } = requireKnown("resnetCifar", options, ["depth", "width", "classes"]);
  const blocks = (depth - 2) / 6;
  if (!Number.isInteger(blocks) || blocks < 1) {
    throw new SteepestError(
      `resnetCifar: depth must be 6n + 2, such as 20, 32 or 56, got ${givenText(depth)}`,
    );
  }
  const stage = (index: number) =>
    Array.from({ length: blocks }, (_, block) => {
      const entering = index > 0 && block === 0;
      return basicBlock(width * 2 ** index, entering ? 2 : 1, entering);
    }).flat();
  return sequential(
    ...normalised(width, 3),
    relu(),
    ...[0, 1, 2].flatMap(stage),
    globalAveragePool(),
    linear(classes),
  );
};

/** Blocks of each stage, and what they are. */
const depths = {
  18: { blocks: [2, 2, 2, 2], block: basicBlock, expansion: 1 },
  34: { blocks: [3, 4, 6, 3], block: basicBlock, expansion: 1 },
  50: { blocks: [3, 4, 6, 3], block: bottleneck, expansion: 4 },
} as const;

export interface ResNetOptions {
  /** 18, 34 or 50 layers with weights. @defaultValue 18 */
  readonly depth?: keyof typeof depths;
  /** @defaultValue 1000 */
  readonly classes?: number;
  /** "large" begins with a convolution of 7 x 7 and a pooling, for pictures of 224 x 224; "small" with one of 3 x 3, for 32 x 32. @defaultValue "large" */
  readonly stem?: "large" | "small";
}

/** A residual network for large pictures: four stages of 64 to 512 channels. He et al. 2016, table 1. ResNet-18 has 11,689,512 parameters for 1000 classes. */
export const resnet = (options: ResNetOptions = {}): Layer => {
  const {
    depth = 18,
    classes = 1000,
    stem = "large",
  } = requireKnown("resnet", options, ["depth", "classes", "stem"]);
  if (!Object.hasOwn(depths, depth)) {
    throw new SteepestError(
      `resnet: depth must be ${Object.keys(depths).join(", ")}, got ${givenText(depth)}`,
    );
  }
  if (stem !== "large" && stem !== "small") {
    throw new SteepestError(`resnet: stem must be "large" or "small", got ${givenText(stem)}`);
  }
  const { blocks, block, expansion } = depths[depth];
  const stage = (count: number, index: number) =>
    Array.from({ length: count }, (_, i) => {
      const entering = i === 0 && (index > 0 || expansion > 1);
      return block(64 * 2 ** index, i === 0 && index > 0 ? 2 : 1, entering);
    }).flat();
  const begin = stem === "small" ? normalised(64, 3) : normalised(64, 7, 2);
  return sequential(
    ...begin,
    relu(),
    ...(stem === "large" ? [maxPool(3, { stride: 2, padding: 1 })] : []),
    ...blocks.flatMap(stage),
    globalAveragePool(),
    linear(classes),
  );
};
