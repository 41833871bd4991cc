import type { ImageLayout } from "../../data/dataset.js";
import { UsageError } from "../../errors.js";
import { type Layer, lenet5, resnetCifar, sequential, unflatten, vgg } from "../../nn/index.js";
import { listed } from "../../shown.js";

/** Networks for pictures, by the names that `--model` takes besides "dense". */
const models: Readonly<Record<string, (classes: number) => Layer>> = {
  lenet: (classes) => lenet5({ classes }),
  vgg: (classes) => vgg({ classes, stages: [[32, 32], [64, 64], [128]] }),
  resnet20: (classes) => resnetCifar({ depth: 20, classes }),
};

export const modelNames = ["dense", ...Object.keys(models)];

/** A network for pictures of this layout. Throws for a name that is none, and for data that are no pictures. */
export const pictureNetwork = (name: string, image: ImageLayout | undefined, classes: number): Layer => {
  const make = Object.hasOwn(models, name) ? models[name] : undefined;
  if (make === undefined)
    throw new UsageError(`--model ${name}: there is no such network; there are ${listed(modelNames)}`);
  if (image === undefined)
    throw new UsageError(`--model ${name} is for pictures, which the task's examples are not; leave it out`);
  const { channels, height, width } = image;
  return sequential(unflatten([channels, height, width]), make(classes));
};
