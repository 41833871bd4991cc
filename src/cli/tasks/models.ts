import type { ImageLayout } from "../../data/dataset.js";
import { UsageError } from "../../errors.js";
import {
  averagedViews,
  crossEntropy,
  type Layer,
  lenet5,
  resnetCifar,
  sequential,
  speedNet,
  unflatten,
  type ViewsOptions,
  vgg,
} from "../../nn/index.js";
import { unitNorm } from "../../optim/constraints.js";
import type { Rule } from "../../optim/rule.js";
import { adamW } from "../../optim/rules/adam.js";
import { muon } from "../../optim/rules/muon.js";
import { linearDecay } from "../../optim/schedules/decay.js";
import { on } from "../../optim/select.js";
import { listed } from "../../shown.js";
import type { FitOptions } from "../../train/options.js";
import { whitening } from "../../train/whitening.js";
import type { AugmentationName } from "./augmentations.js";
import { stack } from "./stack.js";

/** An update rule of a network's own, with its learning rate already in it. */
interface OwnRule {
  readonly name: string;
  readonly learningRate: number;
  readonly schedule: string;
  readonly make: (learningRate: number) => Rule;
}

/** What suits a network where nothing else is asked for. */
export interface Suits extends Pick<FitOptions, "loss" | "constraint" | "initialization"> {
  /** Adam's, where it has no rule of its own. */
  readonly learningRate?: number;
  readonly rule?: OwnRule;
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly augment?: AugmentationName;
  /** The views of a picture over which it answers. */
  readonly views?: ViewsOptions;
}

/** A network for pictures. */
interface PictureModel {
  readonly describe: string;
  readonly make: (classes: number) => Layer;
  readonly suits?: Suits;
}

const isFilter = ({ shape }: { readonly shape: readonly unknown[] }): boolean => shape.length === 4;

/** Muon for filters of norm 1, and AdamW for what else is learned; both rates fall to 0 in a line. */
const muonOnSphere = (learningRate: number, others: number): Pick<Suits, "rule" | "constraint"> => ({
  rule: {
    name: "muon",
    learningRate,
    schedule: "linear",
    make: (rate) =>
      muon({
        filters: true,
        beta: 0.6,
        learningRate: linearDecay({ initial: rate }),
        others: adamW({ learningRate: linearDecay({ initial: (others * rate) / learningRate }) }),
      }),
  },
  constraint: on(isFilter, unitNorm()),
});

/**
 * The speed-run networks. Rates, smoothing and augmentation were chosen on 5,000 of CIFAR-10's training pictures that were set aside; what
 * the widths come to in which time is in docs/performance.md.
 */
const speed = (describe: string, widths: readonly number[]): PictureModel => ({
  describe,
  make: (classes) => speedNet({ classes, widths }),
  suits: {
    ...muonOnSphere(0.085, 0.02),
    loss: crossEntropy({ labelSmoothing: 0.2 }),
    initialization: whitening(),
    batchSize: 250,
    epochs: 10,
    augment: "shift",
    views: { flip: true, shift: 1 },
  },
});

/** Networks for pictures, by the names that `--model` takes besides "dense". */
const models = {
  lenet: {
    describe: "LeNet-5 with rectifiers",
    make: (classes) => lenet5({ classes }),
    // Chosen on examples of MNIST that were set aside.
    suits: { learningRate: 0.003, batchSize: 64 },
  },
  vgg: {
    describe: "a plain stack of convolutions",
    make: (classes) => vgg({ classes, stages: [[32, 32], [64, 64], [128]] }),
  },
  resnet20: {
    describe: "a residual network of 20 layers",
    make: (classes) => resnetCifar({ depth: 20, classes }),
  },
  convnet: {
    describe: "six convolutions, for pictures that are moved, turned and scaled",
    make: stack,
    suits: {
      ...muonOnSphere(0.06, 0.01),
      batchSize: 250,
      epochs: 22,
      augment: "affine",
      views: { shift: 1 },
    },
  },
  "speed-s": speed("a network for few epochs, of 32, 128 and 128 filters", [32, 128, 128]),
  "speed-m": speed("the same of 64, 128 and 128 filters", [64, 128, 128]),
  "speed-l": speed("the same of 64, 256 and 256 filters", [64, 256, 256]),
} as const satisfies Readonly<Record<string, PictureModel>>;

export type ModelName = "dense" | keyof typeof models;

export const modelNames: readonly string[] = ["dense", ...Object.keys(models)];

/** The networks for pictures as the help of a command lists them. */
export const modelHelp = (): string =>
  `Networks for pictures (--model):\n${Object.entries(models)
    .map(([name, { describe }]) => `  ${name.padEnd(8)} ${describe}`)
    .join("\n")}`;

const modelNamed = (name: string): PictureModel | undefined =>
  Object.entries(models).find(([each]) => each === name)?.[1];

/** What suits a network for pictures; nothing of its own for any other name. */
export const suitsOf = (name: string): Suits => modelNamed(name)?.suits ?? {};

/** A network for pictures of this layout. Throws for a name that is none, and for data that are no pictures. */
export const pictureNetwork = (
  name: string,
  image: ImageLayout | undefined,
  classes: number,
  views: ViewsOptions | undefined,
): Layer => {
  const model = modelNamed(name);
  if (model === undefined)
    throw new UsageError(`--model ${name}: there is no such network; there are ${listed(modelNames)}`);
  if (image === undefined)
    throw new UsageError(`--model ${name} is for pictures, which the task's examples are not; leave it out`);
  const { channels, height, width } = image;
  const body = model.make(classes);
  return sequential(unflatten([channels, height, width]), views ? averagedViews(body, views) : body);
};
