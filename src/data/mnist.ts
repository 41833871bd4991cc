import { SteepestError } from "../errors.js";
import { join, kindOf, namesIn } from "../files.js";
import { type Source, sourceName } from "../source.js";
import { type Dataset, type ImageLayout, soleInput } from "./dataset.js";
import { readIdx } from "./idx.js";
import { dataset } from "./memory.js";

/** Files by their names: those of a folder, or given ones. */
interface Files {
  /** Of the folder, for messages. */
  readonly name: string;
  readonly sources: ReadonlyMap<string, Source>;
}

const filesOf = async (given: string | Iterable<File>): Promise<Files> => {
  if (typeof given !== "string") {
    const sources = new Map([...given].map((file) => [file.name, file] as const));
    return { name: "mnist", sources };
  }
  const kind = await kindOf(given);
  if (kind !== "folder") {
    const problem = kind ? "is not a folder" : "no such folder";
    throw new SteepestError(
      `${given}: ${problem}; give the folder that holds train-images-idx3-ubyte.gz and its siblings`,
    );
  }
  const names = await namesIn(given);
  return { name: given, sources: new Map(names.map((name) => [name, join(given, name)])) };
};

/**
 * Reads MNIST, or a dataset in its format (Fashion-MNIST, KMNIST), from a folder with the four IDX files
 * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each
 * plain or with `.gz`, also with a dot for the second dash; or from these files, as they were picked or dropped in a page. Pixels stay bytes in memory (55 MB);
 * images may have any size, the same in both parts.
 *
 * Throws when the folder or a file is missing or damaged (see `readIdx`), counts of images and labels differ, or a
 * label is not 0 to 9.
 */
export const mnist = async (given: string | Iterable<File>): Promise<{ train: Dataset; test: Dataset }> => {
  const folder = await filesOf(given);
  const train = await readPart(folder, "train", "mnist train");
  const test = await readPart(folder, "t10k", "mnist test");
  const [pixels, testPixels] = [train, test].map((part) => soleInput(part).field.image);
  if (pixels?.width !== testPixels?.width || pixels?.height !== testPixels?.height) {
    const extents = (image: ImageLayout | undefined) => `${image?.width} x ${image?.height}`;
    throw new SteepestError(
      `${folder.name}: training images have ${extents(pixels)} pixels but test images ${extents(testPixels)}`,
    );
  }
  return { train, test };
};

/** One part of MNIST in a folder, by the beginning of its files' names. Throws as `mnist`. */
export const mnistPart = async (folder: string, prefix: "train" | "t10k", name: string): Promise<Dataset> =>
  readPart(await filesOf(folder), prefix, name);

const readPart = async (folder: Files, prefix: string, name: string): Promise<Dataset> => {
  const imagesFile = findFile(folder, `${prefix}-images`, "idx3-ubyte");
  const labelsFile = findFile(folder, `${prefix}-labels`, "idx1-ubyte");
  const [imagesPath, labelsPath] = [sourceName(imagesFile), sourceName(labelsFile)];
  const labels = await readIdx(labelsFile);
  const images = await readIdx(imagesFile);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array) || count * height * width === 0) {
    throw new SteepestError(
      `${imagesPath}: holds [${images.shape}]; expected images as bytes, [count, height, width]`,
    );
  }
  if (labels.shape.length !== 1 || !(labels.data instanceof Uint8Array)) {
    throw new SteepestError(`${labelsPath}: holds [${labels.shape}]; expected labels as bytes, [count]`);
  }
  if (labels.shape[0] !== count) {
    throw new SteepestError(
      `${labelsPath}: ${labels.shape[0]} labels for the ${count} images of ${imagesPath}`,
    );
  }
  const wrong = labels.data.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new SteepestError(`${labelsPath}: label ${wrong} is ${labels.data[wrong]}; expected 0 to 9`);
  }
  return dataset({
    name,
    inputs: images.data,
    targets: labels.data,
    inputShape: [height * width],
    classes: 10,
    names: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    image: { width, height, channels: 1 },
  });
};

const findFile = ({ name: folder, sources }: Files, stem: string, kind: string): Source => {
  const names = [`${stem}-${kind}`, `${stem}-${kind}.gz`, `${stem}.${kind}`, `${stem}.${kind}.gz`];
  const name = names.find((candidate) => sources.has(candidate));
  const source = name === undefined ? undefined : sources.get(name);
  if (source === undefined)
    throw new SteepestError(
      `${folder}: none of ${names.join(", ")} is there; put the four MNIST files into it`,
    );
  return source;
};
