import { Augmentation, augmentation } from "../augment/augmentation.js";
import { type AugmentedDataset, augmented } from "../augment/augmented.js";
import type { Step } from "../augment/transformation.js";
import { type Dataset, fieldSize } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { sha256 } from "../hash.js";

/** What `fit` can be told to change training pictures by: transformations, or a chain of them that says how pixels are looked up. */
export type Augment = Augmentation | readonly Step[];

export const chainOf = (augment: Augment): Augmentation =>
  augment instanceof Augmentation ? augment : augmentation(augment);

/**
 * The training part as it is trained on: its pictures changed anew in every epoch, by threads beside training. Throws where they would have
 * another size then, which the other parts do not have.
 */
export const augmentTraining = (train: Dataset, augment: Augment, seed: number): AugmentedDataset => {
  const changed = augmented(train, augment, { seed });
  for (const [name, field] of Object.entries(changed.inputs)) {
    const before = train.inputs[name];
    if (before && fieldSize(before) === fieldSize(field)) continue;
    const size = ({ image }: typeof field) => `${image?.width} x ${image?.height}`;
    throw new SteepestError(
      `fit: augment makes pictures of ${size(field)} from those of ${before ? size(before) : "none"}, and what is validated and used stays as it is; let it end with a crop or resize to their size, or give \`augmented(train, …)\` as the train part and the others in its size`,
    );
  }
  return changed;
};

/** Examples and epochs by which an augmentation is told from others. */
const looks = { examples: 64, epochs: 2 };

/** A digest of what an augmentation draws, and how it looks pixels up: two that draw alike are the same for a training. */
export const augmentationDigest = (augment: Augment, train: Dataset, seed: number): string => {
  const chain = chainOf(augment);
  const image = Object.values(train.inputs).find((field) => field.image)?.image;
  const hash = sha256().update(JSON.stringify(chain.sampling));
  for (let epoch = 0; image && epoch < looks.epochs; epoch++) {
    for (let index = 0; index < Math.min(looks.examples, train.size); index++) {
      hash.update(JSON.stringify(chain.draw({ seed, epoch, index }, image).drawn));
    }
  }
  return hash.hex().slice(0, 16);
};
