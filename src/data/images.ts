import { SteepestError } from "../errors.js";
import { join } from "../files.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { listed } from "../shown.js";
import { inCode, type Wording } from "../wording.js";
import type { Dataset } from "./dataset.js";
import { pictureDataset } from "./images/dataset.js";
import type { OnBad } from "./images/decode-all.js";
import type { DecodedPart } from "./images/decoded.js";
import type { Found, PartName, PictureSource, SourceOptions } from "./images/entry.js";
import type { Fit } from "./images/picture-file.js";

/** How far reading pictures has come. */
export type ImagesProgress =
  | {
      readonly kind: "start";
      readonly pictures: number;
      readonly bytes: number;
      readonly folder: string | undefined;
    }
  | { readonly kind: "decoded"; readonly done: number; readonly pictures: number };

export interface ImagesOptions {
  /** Size that all pictures get: a side of squares, or `[height, width]`. @defaultValue their own where it is the same, else the smallest side among them */
  readonly size?: number | readonly [height: number, width: number];
  /** 1 for grey, 3 for colour. @defaultValue 1 where all pictures are grey, else 3 */
  readonly channels?: 1 | 3;
  /** Where a picture's sides have another ratio: "cover" takes the middle of it, "fill" stretches it. @defaultValue "cover" */
  readonly fit?: Fit;
  /** What is done with a picture that does not decode: "refuse" throws naming it, "skip" leaves it out and says so in `notes`. @defaultValue "refuse" */
  readonly onBad?: OnBad;
  /**
   * Folder that keeps decoded pictures, with a checksum, so that the next time takes a moment; `false` keeps none, and all in memory.
   *
   * @defaultValue the system's folder for such files, in it `steepest/pictures`
   */
  readonly cache?: string | false;
  /** Column of Parquet files that holds the pictures. @defaultValue `img`, `image` or the only one that can */
  readonly imageColumn?: string;
  /** Column of Parquet files that holds the classes. @defaultValue `label`, `labels` or the only one that can */
  readonly labelColumn?: string;
  /** Told before decoding, how many bytes the decoded pictures take and where, and as it goes on. */
  readonly onProgress?: (progress: ImagesProgress) => void;
  /** Ends decoding; what was begun is taken away. */
  readonly signal?: AbortSignal;
}

/** Pictures as data sets. */
export interface Images {
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
  /** What was decided about them and done to them, in words. */
  readonly notes: readonly string[];
  /** Closes files that examples are read from, where they are too many for memory. */
  readonly close: () => Promise<void>;
}

/** Decodes the parts of a source, or takes them from where they are kept. */
const decodedParts = async (source: PictureSource, options: ImagesOptions) => {
  const { cacheKey, keptPart, usualCacheFolder, writePart } = await import("./images/cache.js");
  const { fillMemory } = await import("./images/decoded.js");
  const { decodeAll, planOf } = await import("./images/decode-all.js");
  const { pictureBytes } = await import("./images/store.js");
  const {
    size,
    channels,
    fit = "cover",
    onBad = "refuse",
    cache = usualCacheFolder(),
    onProgress,
    signal,
  } = options;
  const lists = Object.entries(source.parts) as (readonly [
    PartName,
    NonNullable<(typeof source.parts)[PartName]>,
  ])[];
  const key = cacheKey(source.identity, {
    size,
    channels,
    fit,
    onBad,
    columns: [options.imageColumn, options.labelColumn],
  });
  const base = (part: PartName) => join(cache || "", `${key}-${part}`);

  const parts: Partial<Record<PartName, DecodedPart & { readonly close?: () => Promise<void> }>> = {};
  if (cache) {
    for (const [part] of lists) {
      const kept = await keptPart(base(part));
      if (kept) parts[part] = kept;
    }
  }
  const open = lists.filter(([part]) => !parts[part]);
  if (open.length === 0) return { parts, notes: [] };
  const plan = await planOf(
    lists.flatMap(([, { entries }]) => entries),
    { ...(size === undefined ? {} : { size }), ...(channels === undefined ? {} : { channels }), fit, onBad },
  );
  const pictures = open.reduce((sum, [, { entries }]) => sum + entries.length, 0);
  onProgress?.({
    kind: "start",
    pictures,
    bytes: pictures * pictureBytes(plan.layout),
    folder: cache || undefined,
  });
  let before = 0;
  for (const [part, { entries }] of open) {
    const fill = async (write: (pixels: Uint8Array) => Promise<void>) => {
      const { labels, notes } = await decodeAll(entries, plan, onBad, write, (done) => {
        signal?.throwIfAborted();
        onProgress?.({ kind: "decoded", done: before + done, pictures });
      });
      return { labels, notes: [...plan.notes, ...notes] };
    };
    parts[part] = cache
      ? await writePart(base(part), cache, plan.layout, entries.length, fill)
      : await fillMemory(plan.layout, entries.length, fill);
    before += entries.length;
  }
  return { parts, notes: [] };
};

/** Says which classes have no training picture. Throws where fewer than two have one. */
const notToBeLearned = (path: string, classes: readonly string[], labels: Int32Array): readonly string[] => {
  const seen = new Set(labels);
  const without = classes.filter((_, i) => !seen.has(i));
  if (seen.size < 2) {
    throw new SteepestError(
      `${path}: all ${labels.length} training pictures are of one class; a classifier needs two or more, and there is none of ${listed(without, 3)}`,
    );
  }
  return without.length === 0
    ? []
    : [`no training picture of ${listed(without, 5)}: a network cannot learn to answer with that`];
};

/**
 * Reads pictures with their classes as data sets: inputs `[channels, height, width]` of values 0 to 255.
 *
 * `path` is a folder with a folder of pictures for each class, or with such folders in `train`, `validation` and `test`; a ZIP or tar file of
 * one; a Parquet file, or a folder of them, in the layout of Hugging Face's image data sets; or CIFAR-10 or CIFAR-100 in the binary version. In a page, where
 * there are no paths, it is the files themselves, as they were picked with their folders (`<input type="file" webkitdirectory multiple>`) or dropped.
 * Pictures are decoded once, on other threads, turned as their camera says, and kept in a cache.
 *
 * Throws, naming the file: where it holds no pictures, or of one class only; a picture that does not decode (`onBad`), or claims more than
 * 100 million pixels; columns that are not there; a damaged file; no room for the cache.
 */
export const images = async (given: string | Iterable<File>, options: ImagesOptions = {}): Promise<Images> =>
  readImages(given, options, inCode);

/** What was given to read pictures from: a path, or files. */
const findPictures = async (given: string | Iterable<File>, options: SourceOptions): Promise<Found> => {
  if (typeof given === "string") {
    const { picturesAtPath } = await import("./images/at-path.js");
    return picturesAtPath(given, options);
  }
  const files = isIterable(given) ? [...given] : undefined;
  if (files?.every((file) => file instanceof Blob && "name" in file)) {
    const { pictureFiles } = await import("./images/files.js");
    return { kind: "pictures", source: pictureFiles(files) };
  }
  throw new SteepestError(
    `images: expected the path of a folder or archive of pictures, or a list of files, got ${givenText(given)}`,
  );
};

const isIterable = (value: unknown): value is Iterable<File> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

/** As `images`, whose messages name options as the caller writes them. */
export const readImages = async (
  pictures: string | Iterable<File>,
  options: ImagesOptions,
  option: Wording,
): Promise<Images> => {
  const path = typeof pictures === "string" ? pictures : "images";
  const given = requireKnown("images", options, [
    "size",
    "channels",
    "fit",
    "onBad",
    "cache",
    "imageColumn",
    "labelColumn",
    "onProgress",
    "signal",
  ]);
  const { imageColumn, labelColumn } = given;
  const found = await findPictures(pictures, {
    ...(imageColumn === undefined ? {} : { imageColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
    option,
  });
  const column = (["imageColumn", "labelColumn"] as const).find((name) => given[name] !== undefined);
  if (column && found.kind !== "tables") {
    if (found.kind === "pictures") await found.source.close();
    throw new SteepestError(
      `${path}: ${option(column)} names a column of Parquet files, and it holds none; leave it out`,
    );
  }
  if (found.kind === "cifar") {
    const { parts, classes } = found;
    const unused = (["size", "channels"] as const).find((name) => given[name] !== undefined);
    if (unused) {
      throw new SteepestError(`${path}: CIFAR's pictures are 32 x 32 in colour; leave out ${option(unused)}`);
    }
    if (!parts.train) throw new SteepestError(`${path}: it has no training pictures`);
    return {
      train: pictureDataset(`${path} train`, parts.train, classes),
      ...(parts.test && { test: pictureDataset(`${path} test`, parts.test, classes) }),
      notes: [],
      close: async () => {},
    };
  }
  const { source } = found;
  try {
    const { parts } = await decodedParts(source, given);
    const classes = source.parts.train?.classes ?? [];
    const dataOf = (part: PartName) => {
      const decoded = parts[part];
      return decoded && { [part]: pictureDataset(`${path} ${part}`, decoded.store, classes) };
    };
    const { train } = dataOf("train") ?? {};
    if (!train) throw new SteepestError(`${path}: no training pictures among ${listed(Object.keys(parts))}`);
    const notes = new Set([
      ...source.notes,
      ...Object.values(parts).flatMap((part) => part.notes),
      ...notToBeLearned(path, classes, parts.train?.store.labels ?? missing()),
    ]);
    return {
      train,
      ...dataOf("validation"),
      ...dataOf("test"),
      notes: [...notes],
      close: async () => {
        for (const part of Object.values(parts)) await part.close?.();
      },
    };
  } finally {
    await source.close();
  }
};
