import { requireKnown } from "../../options.js";
import type { Layer } from "../layer.js";
import { relu } from "../layers/activations.js";
import { batchNorm } from "../layers/batchNorm.js";
import { sequential } from "../layers/containers.js";
import { conv2d } from "../layers/conv.js";
import { dropout } from "../layers/dropout.js";
import { linear } from "../layers/linear.js";
import { globalAveragePool, maxPool } from "../layers/pooling.js";

export interface VggOptions {
  /** @defaultValue 10 */
  readonly classes?: number;
  /** Filters of the convolutions of each stage, which a pooling ends. @defaultValue [[64, 64], [128, 128], [256, 256, 256]] */
  readonly stages?: readonly (readonly number[])[];
  /** Of the dropout in front of the last layer. @defaultValue 0.5 */
  readonly keep?: number;
}

/** Plain stacks of 3 x 3 convolutions with poolings between them (Simonyan & Zisserman 2015), with batch normalisation, and one mean per channel at the end. */
export const vgg = (options: VggOptions = {}): Layer => {
  const {
    classes = 10,
    stages = [
      [64, 64],
      [128, 128],
      [256, 256, 256],
    ],
    keep = 0.5,
  } = requireKnown("vgg", options, ["classes", "stages", "keep"]);
  const stage = (filters: readonly number[]) => [
    ...filters.flatMap((count) => [conv2d(count, { bias: false }), batchNorm(), relu()]),
    maxPool(2),
  ];
  return sequential(...stages.flatMap(stage), globalAveragePool(), dropout({ keep }), linear(classes));
};
