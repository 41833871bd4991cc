import * as augment from "../../augment/index.js";
import type { ImageLayout } from "../../data/dataset.js";
import { UsageError } from "../../errors.js";
import { listed } from "../../shown.js";
import type { Augment } from "../../train/augment.js";

/** Chains of transformations by the name that `--augment` takes, for pictures of a size. */
const chains = {
  none: () => undefined,
  shift: () =>
    augment.augmentation([augment.alternatingFlip(), augment.randomCrop({ padding: 2 })], {
      border: "reflect",
    }),
  affine: () =>
    augment.augmentation([
      augment.rotate({ degrees: 20 }),
      augment.scale({ factor: 0.2, perAxis: false }),
      augment.scale({ factor: 0.1 }),
      augment.shear({ x: 14, y: 0 }),
      augment.translate({ share: 0.125 }),
    ]),
  photo: ({ height, width }) =>
    augment.augmentation(
      [
        augment.flipHorizontally(),
        augment.randomResizedCrop({ size: { height, width }, area: [0.35, 1] }),
        augment.colourJitter({ brightness: 0.2, contrast: 0.2, saturation: 0.2 }),
      ],
      { border: "reflect" },
    ),
} as const satisfies Readonly<Record<string, (image: ImageLayout) => Augment | undefined>>;

export type AugmentationName = keyof typeof chains;

export const augmentationNames: readonly string[] = Object.keys(chains);

/** What they do, as the help of a command says it. */
export const augmentationHelp =
  "none; shift (mirrored in every second epoch, moved by up to 2 pixels); affine (turned, scaled, slanted and moved, never mirrored: for digits and letters); photo (mirrored, a random part in the full size, other colours)";

/** The chain of that name for pictures of a layout; undefined for "none". Throws for another name, and for data that are no pictures. */
export const augmentationNamed = (name: string, image: ImageLayout | undefined): Augment | undefined => {
  const make = Object.entries(chains).find(([each]) => each === name)?.[1];
  if (make === undefined)
    throw new UsageError(
      `--augment ${name}: there is none of that name; choose from ${listed(augmentationNames)}`,
    );
  if (name === "none") return undefined;
  if (image === undefined)
    throw new UsageError(
      `--augment ${name} is for pictures, which the task's examples are not; leave it out`,
    );
  return make(image);
};
