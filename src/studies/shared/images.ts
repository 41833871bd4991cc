import type { Dataset } from "../../data/index.js";
import { digits, mnist, split, take } from "../../data/index.js";
import type { StudyContext } from "../study.js";

export interface Images {
  readonly train: Dataset;
  /** Set aside from the training images: what choices are made on. */
  readonly validation: Dataset;
  readonly test: Dataset;
  /** Says which images they are, for the notes of a study. */
  readonly note: string;
}

/** How many images of each part a study works with. */
export interface ImageCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

const first = (dataset: Dataset, n: number): Dataset => take(dataset, Math.min(n, dataset.size));

/** MNIST where a folder with it was given, else the embedded digits. */
export const images = async (
  { data, seed }: Pick<StudyContext, "data" | "seed">,
  counts: ImageCounts,
): Promise<Images> => {
  const used = counts.train + counts.validation;
  const all = data === undefined ? digits({ train: used, test: counts.test, seed }) : await mnist(data);
  const parts = split(first(all.train, used), { count: counts.validation, seed, stratified: true });
  const source = data === undefined ? "the embedded digits (no folder with MNIST was given)" : "MNIST";
  return {
    ...parts,
    test: first(all.test, counts.test),
    note: `Images: ${source}; ${parts.train.size} for training, ${counts.validation} for validation, ${Math.min(counts.test, all.test.size)} for the test.`,
  };
};
