import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import type { Found } from "./entry.js";
import { type PictureStore, storeInMemory } from "./store.js";
import { readTar } from "./tar.js";

const layout = { width: 32, height: 32, channels: 3 };
const pixelsOfPicture = 32 * 32 * 3;

/** The two data sets in this format: their files, and the bytes of labels before each picture, of which the last is the class. */
const kinds = [
  {
    classes: 10,
    labelBytes: 1,
    names: "batches.meta.txt",
    train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
    test: ["test_batch.bin"],
  },
  { classes: 100, labelBytes: 2, names: "fine_label_names.txt", train: ["train.bin"], test: ["test.bin"] },
] as const;

/** Pictures of CIFAR, which need no decoding. */
export type CifarParts = Omit<Extract<Found, { readonly kind: "cifar" }>, "kind">;

/** Labels and pixels of one file. */
const records = (path: string, bytes: Uint8Array, { labelBytes, classes }: (typeof kinds)[number]) => {
  const record = labelBytes + pixelsOfPicture;
  const count = bytes.length / record;
  if (!Number.isInteger(count) || count === 0) {
    throw new SteepestError(
      `${path}: ${bytes.length} bytes are no whole number of records of ${record} bytes; fetch it again`,
    );
  }
  const labels = new Int32Array(count);
  const pixels = new Uint8Array(count * pixelsOfPicture);
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + labelBytes - 1] ?? missing();
    if (label >= classes) {
      throw new SteepestError(`${path}: label of picture ${i} is ${label}; expected 0 to ${classes - 1}`);
    }
    labels[i] = label;
    pixels.set(bytes.subarray(i * record + labelBytes, (i + 1) * record), i * pixelsOfPicture);
  }
  return { labels, pixels };
};

const joined = (
  files: readonly { readonly labels: Int32Array; readonly pixels: Uint8Array }[],
): PictureStore => {
  const count = files.reduce((sum, { labels }) => sum + labels.length, 0);
  const labels = new Int32Array(count);
  const pixels = new Uint8Array(count * pixelsOfPicture);
  let done = 0;
  for (const file of files) {
    labels.set(file.labels, done);
    pixels.set(file.pixels, done * pixelsOfPicture);
    done += file.labels.length;
  }
  return storeInMemory(layout, labels, pixels);
};

/** CIFAR-10 or CIFAR-100 from the files of its binary version, by name; undefined where these are not they. */
const fromFiles = async (
  where: string,
  names: readonly string[],
  bytesOf: (name: string) => Promise<Uint8Array>,
): Promise<CifarParts | undefined> => {
  const kind = kinds.find(
    (candidate) => candidate.test.every((name) => names.includes(name)) || names.includes(candidate.train[0]),
  );
  if (!kind) return undefined;
  const part = async (files: readonly string[]) => {
    const absent = files.find((name) => !names.includes(name));
    if (absent)
      throw new SteepestError(
        `${where}: ${absent} is missing; the binary version of CIFAR-${kind.classes} has it`,
      );
    const read = [];
    for (const name of files) read.push(records(join(where, name), await bytesOf(name), kind));
    return joined(read);
  };
  const train = await part(kind.train);
  const test = names.includes(kind.test[0]) ? await part(kind.test) : undefined;
  const told = names.includes(kind.names)
    ? new TextDecoder()
        .decode(await bytesOf(kind.names))
        .split(/\r?\n/)
        .filter((name) => name !== "")
    : [];
  const classes =
    told.length === kind.classes ? told : Array.from({ length: kind.classes }, (_, i) => String(i));
  return { parts: { train, ...(test && { test }) }, classes };
};

/** CIFAR in its binary version from a folder, or undefined where it is none. */
export const cifarFolder = async (path: string): Promise<CifarParts | undefined> => {
  const names = await readdir(path);
  if (names.includes("data_batch_1") || names.includes("batches.meta")) {
    throw new SteepestError(`${path}: CIFAR in its Python version; give the folder of its binary version`);
  }
  return fromFiles(path, names, (name) => readFile(join(path, name)));
};

/** CIFAR in its binary version from a tar archive, as it is distributed, or undefined where it is none. */
export const cifarTar = async (path: string): Promise<CifarParts | undefined> => {
  const files = await readTar(path, (name) => /\.(bin|txt)$/.test(name));
  const byName = new Map(files.map((file) => [basename(file.path), file.bytes]));
  return fromFiles(path, [...byName.keys()], async (name) => byName.get(name) ?? missing());
};
