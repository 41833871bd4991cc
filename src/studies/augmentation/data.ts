import { readdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import * as augment from "../../augment/index.js";
import type { Step } from "../../augment/transformation.js";
import type { Dataset, ImageLayout } from "../../data/dataset.js";
import { digits, images, mnist, soleInput, split, take } from "../../data/index.js";
import type { StudyContext } from "../study.js";

/** Pictures that the study is about, and the transformations that leave their class what it is. */
export interface Pictures {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly layout: ImageLayout;
  /** By the name of a family; together they are the augmentation that is put to the test. */
  readonly families: Readonly<Record<string, readonly Step[]>>;
  readonly note: string;
  readonly close: () => Promise<void>;
}

/** Strokes: a mirrored 2 is no 2, and colour says nothing, so points are moved only. */
const strokes = {
  translation: [augment.translate({ share: 0.1 })],
  rotation: [augment.rotate({ degrees: 15 })],
  stretching: [augment.scale({ factor: 0.15 }), augment.shear({ x: 10, y: 0 })],
  "lens distortion": [augment.lens()],
} as const satisfies Pictures["families"];

const photographs = {
  flips: [augment.flipHorizontally()],
  translation: [augment.translate({ pixels: 4 })],
  "crops and scales": [augment.scale({ factor: 0.2, perAxis: false })],
  "colour jitter": [augment.colourJitter({ brightness: 0.3, contrast: 0.3 })],
} as const satisfies Pictures["families"];

const layoutOf = (data: Dataset): ImageLayout => {
  const { shape, image } = soleInput(data).field;
  const [channels = 1, height = 28, width = 28] = shape.length === 3 ? shape : [];
  return image ?? { width, height, channels };
};

/** Whether a folder has the names of MNIST's files. */
const holdsMnist = async (path: string): Promise<boolean> =>
  (await readdir(path).catch(() => [])).some((name) => /^train-images[-.]idx3-ubyte(\.gz)?$/.test(name));

/** A fifth of the pictures, at most `most`, to test on. */
const setAside = (data: Dataset, most: number, seed: number) => {
  const count = Math.min(most, Math.max(1, Math.floor(data.size / 5)));
  const { train, validation: test } = split(data, { count, seed });
  return { train, test };
};

/** MNIST or other pictures where their place was given, else the embedded digits; `most` of them to test on. */
export const picturesFor = async (
  { data, seed, signal }: Pick<StudyContext, "data" | "seed" | "signal">,
  most: { readonly train: number; readonly test: number },
): Promise<Pictures> => {
  const first = (dataset: Dataset, n: number) => take(dataset, Math.min(n, dataset.size));
  if (data === undefined || (await holdsMnist(data))) {
    const { train, test } = data === undefined ? digits({ ...most, seed }) : await mnist(data);
    const source = data === undefined ? "the embedded digits (no pictures were given)" : "MNIST";
    return {
      train,
      test: first(test, most.test),
      layout: layoutOf(train),
      families: strokes,
      note: `Pictures: ${source}; mirrored digits would be other signs, so that points are only moved.`,
      close: async () => {},
    };
  }
  const { train: all, test: own, notes, close } = await images(data, signal ? { signal } : {});
  const { train, test } = own ? { train: all, test: first(own, most.test) } : setAside(all, most.test, seed);
  return {
    train,
    test,
    layout: layoutOf(train),
    families: photographs,
    note: [
      `Pictures: ${basename(resolve(data))}${own ? "" : `, without a test part: ${test.size} of them were set aside for it`}.`,
      ...notes,
    ].join(" "),
    close,
  };
};
