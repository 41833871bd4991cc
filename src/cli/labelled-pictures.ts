import { readdir } from "node:fs/promises";
import { type Dataset, soleInput, soleTarget } from "../data/dataset.js";
import { digits } from "../data/digits.js";
import { picturesAtPath } from "../data/images/at-path.js";
import { pictureDataset } from "../data/images/dataset.js";
import { type PartName, partNames } from "../data/images/entry.js";
import { mnistPart } from "../data/mnist.js";
import { readRows, soleFloats } from "../data/rows.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { listed } from "../shown.js";
import type { PictureFile } from "./picture-files.js";
import { onCommandLine } from "./wording.js";

/** Pictures whose classes are known. */
export interface LabelledPictures {
  readonly part: PartName;
  /** Names of the classes, by number. */
  readonly classes: readonly string[];
  readonly pictures: readonly (PictureFile & { readonly truth: number })[];
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
}

export interface LabelledOptions {
  readonly part?: PartName;
  readonly imageColumn?: string;
  readonly labelColumn?: string;
}

/** The part that was asked for; else that for testing, or the only one. */
const chosenPart = (
  where: string,
  parts: readonly PartName[],
  wanted: PartName | undefined,
): { readonly part: PartName; readonly notes: readonly string[] } => {
  const part = wanted ?? (["test", "validation", "train"] as const).find((each) => parts.includes(each));
  if (part === undefined || !parts.includes(part)) {
    throw new SteepestError(`${where}: it has no ${part} part; there are ${listed(parts)} (--part)`);
  }
  const notes =
    parts.length > 1 && wanted === undefined
      ? [`the ${part} part of ${where} is evaluated; --part takes another of ${listed(parts)}`]
      : [];
  return { part, notes };
};

/** The examples of a dataset of pictures, whose pixels are 0 to 255. Throws where they are not of the model's size. */
const ofDataset = async (data: Dataset, sized: Sized): Promise<Omit<LabelledPictures, "part" | "notes">> => {
  const { field } = soleInput(data);
  const { target } = soleTarget(data);
  const { image } = field;
  if (!image || target.kind !== "class") throw new SteepestError(`${data.name}: no pictures with classes`);
  const { width, height, channels } = sized;
  if (image.width !== width || image.height !== height || image.channels !== channels) {
    const text = (size: Sized) =>
      `${size.width} x ${size.height} in ${size.channels === 1 ? "grey" : "colour"}`;
    throw new SteepestError(
      `${data.name}: its pictures are ${text(image)}, and the model takes ${text(sized)}; give a model that was trained on such pictures`,
    );
  }
  const pictures = [];
  const step = 2048;
  for (let start = 0; start < data.size; start += step) {
    const indices = Array.from({ length: Math.min(step, data.size - start) }, (_, i) => start + i);
    const labels = soleFloats((await readRows(data, indices)).targets);
    for (const [i, index] of indices.entries()) {
      pictures.push({
        path: `${data.name}, picture ${index}`,
        folders: [],
        truth: labels[i] ?? missing(),
        content: { pixels: async () => soleFloats((await readRows(data, [index])).inputs) },
      });
    }
  }
  const names = target.names ?? Array.from({ length: target.classes }, (_, i) => String(i));
  return { classes: names, pictures, close: async () => {} };
};

/** The size of the pictures that a model takes. */
export interface Sized {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** MNIST's files, of which a folder holds those of one part or both. */
const idxParts = async (path: string): Promise<Partial<Record<PartName, "train" | "t10k">>> => {
  const names = await readdir(path).catch(() => []);
  const has = (prefix: string) => names.some((name) => name.startsWith(`${prefix}-images`));
  return { ...(has("train") && { train: "train" as const }), ...(has("t10k") && { test: "t10k" as const }) };
};

/**
 * Pictures with their classes: a folder with a folder for each class, a ZIP or tar file of one, Parquet files, CIFAR's binary version,
 * MNIST's IDX files, or "digits", those that are part of Steepest. Throws where there are none.
 */
export const labelledPictures = async (
  path: string,
  sized: Sized,
  { part: wanted, ...columns }: LabelledOptions,
): Promise<LabelledPictures> => {
  if (path === "digits") {
    const parts = digits({ train: 12_000, test: 2_000 });
    const { part, notes } = chosenPart(path, ["train", "test"], wanted);
    return { part, notes, ...(await ofDataset(part === "train" ? parts.train : parts.test, sized)) };
  }
  const idx = await idxParts(path);
  if (idx.train ?? idx.test) {
    const { part, notes } = chosenPart(path, Object.keys(idx) as PartName[], wanted);
    const data = await mnistPart(path, idx[part] ?? missing(), `${path} ${part}`);
    return { part, notes, ...(await ofDataset(data, sized)) };
  }
  const found = await picturesAtPath(path, { ...columns, option: onCommandLine });
  if (found.kind === "cifar") {
    const { part, notes } = chosenPart(path, found.parts.test ? ["train", "test"] : ["train"], wanted);
    const store = (part === "test" ? found.parts.test : found.parts.train) ?? missing();
    return {
      part,
      notes,
      ...(await ofDataset(pictureDataset(`${path} ${part}`, store, found.classes), sized)),
    };
  }
  const { source } = found;
  try {
    const parts = partNames.filter((name) => source.parts[name]);
    const { part, notes } = chosenPart(path, parts, wanted);
    const { entries, classes } = source.parts[part] ?? missing();
    return {
      part,
      classes,
      pictures: entries.map(({ name, label, bytes }) => ({
        path: name,
        folders: [],
        truth: label,
        content: { bytes },
      })),
      notes: [...source.notes, ...notes],
      close: source.close,
    };
  } catch (error) {
    await source.close();
    throw error;
  }
};

/**
 * The class of the model that each class of the data is, by name; undefined for one that it does not know. Where the model names none, or the data
 * only number theirs, classes are taken in order. Throws where none is known.
 */
export const matchedClasses = (
  where: string,
  model: readonly string[] | undefined,
  data: readonly string[],
): {
  readonly classes: readonly string[];
  readonly of: readonly (number | undefined)[];
  readonly notes: readonly string[];
} => {
  const inOrder = data.map((_, i) => i);
  if (!model) {
    return {
      classes: data,
      of: inOrder,
      notes: [`the model does not name its classes; they are taken to be ${listed(data, 5)}, in this order`],
    };
  }
  const of = data.map((name) => {
    const found = model.indexOf(name);
    return found < 0 ? undefined : found;
  });
  if (of.some((number) => number !== undefined)) {
    const strange = data.filter((_, i) => of[i] === undefined);
    return {
      classes: model,
      of,
      notes:
        strange.length === 0
          ? []
          : [`the model knows no class called ${listed(strange, 5)}: such pictures are left out`],
    };
  }
  if (data.every((name, i) => name === String(i)) && data.length <= model.length) {
    return {
      classes: model,
      of: inOrder,
      notes: [`the classes of ${where} are numbers, taken as those of the model: 0 is ${model[0]}`],
    };
  }
  throw new SteepestError(
    `${where}: the model knows none of its classes ${listed(data, 5)}; it knows ${listed(model, 5)}: give data with these classes, named alike`,
  );
};
