import type { ImageLayout } from "../../data/dataset.js";
import { UsageError } from "../../errors.js";
import { type Layer, lenet5, resnetCifar, sequential, unflatten, vgg } from "../../nn/index.js";
import { listed } from "../../shown.js";

/** What suits a network where nothing else is asked for. */
export interface Suits {
  /** Adam's. */
  readonly learningRate?: number;
  readonly batchSize?: number;
}

/** A network for pictures. What suits it was chosen on examples of MNIST that were set aside. */
interface PictureModel extends Suits {
  readonly make: (classes: number) => Layer;
}

/** Networks for pictures, by the names that `--model` takes besides "dense". */
const models: Readonly<Record<string, PictureModel>> = {
  lenet: { make: (classes) => lenet5({ classes }), learningRate: 0.003, batchSize: 64 },
  vgg: { make: (classes) => vgg({ classes, stages: [[32, 32], [64, 64], [128]] }) },
  resnet20: { make: (classes) => resnetCifar({ depth: 20, classes }) },
};

export const modelNames = ["dense", ...Object.keys(models)];

/** A network for pictures of this layout, and what suits it. Throws for a name that is none, and for data that are no pictures. */
export const pictureNetwork = (
  name: string,
  image: ImageLayout | undefined,
  classes: number,
): { readonly network: Layer; readonly suits: Suits } => {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model === undefined)
    throw new UsageError(`--model ${name}: there is no such network; there are ${listed(modelNames)}`);
  if (image === undefined)
    throw new UsageError(`--model ${name} is for pictures, which the task's examples are not; leave it out`);
  const { make, ...suits } = model;
  const { channels, height, width } = image;
  return { network: sequential(unflatten([channels, height, width]), make(classes)), suits };
};
