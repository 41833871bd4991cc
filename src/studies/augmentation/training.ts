import type { Step } from "../../augment/transformation.js";
import type { Dataset } from "../../data/dataset.js";
import { subset } from "../../data/index.js";
import { missing } from "../../missing.js";
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  type Layer,
  linear,
  maxPool,
  relu,
  sequential,
  unflatten,
} from "../../nn/index.js";
import { adam, cosineDecay } from "../../optim/index.js";
import { random } from "../../random/random.js";
import { fit } from "../../train/index.js";
import type { StudyContext } from "../study.js";
import type { Pictures } from "./data.js";

/** What all trainings of a study share. */
export interface Training {
  /** Updates, with and without augmentation alike. */
  readonly steps: number;
  /** Filters of each convolution. */
  readonly widths: readonly number[];
}

export const BATCH = 50;

const network = (widths: readonly number[], { layout, train }: Pictures): Layer => {
  const target = Object.values(train.targets)[0] ?? missing();
  const stage = (filters: number) => [conv2d(filters, { bias: false }), batchNorm(), relu(), maxPool(2)];
  return sequential(
    unflatten([layout.channels, layout.height, layout.width]),
    ...widths.flatMap(stage),
    globalAveragePool(),
    linear(target.kind === "class" ? target.classes : missing()),
  );
};

/** Training pictures drawn at random. */
const drawn = (train: Dataset, examples: number, seed: number): Dataset =>
  examples >= train.size
    ? train
    : subset(train, random(seed, "augmentation study").permutation(train.size).slice(0, examples));

/** Test accuracy in percent after the same number of updates whatever the size. */
export const accuracyOf = async (
  data: Pictures,
  { steps, widths }: Training,
  { examples, seed, augment }: { examples: number; seed: number; augment?: readonly Step[] },
  { signal }: StudyContext,
): Promise<number> => {
  const train = drawn(data.train, examples, seed);
  const batchSize = Math.min(BATCH, train.size);
  const run = await fit(
    network(widths, data),
    { train, test: data.test },
    {
      optimizer: adam({ learningRate: cosineDecay({ initial: 0.003 }) }),
      epochs: Math.max(1, Math.round((steps * batchSize) / train.size)),
      batchSize,
      seed,
      ...(augment && { augment }),
      ...(signal && { signal }),
    },
  );
  const { error = Number.NaN } = run.test ?? {};
  await run.release();
  return 100 - error;
};
