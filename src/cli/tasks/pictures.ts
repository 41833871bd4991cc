import { soleInput } from "../../data/dataset.js";
import { type ImagesProgress, readImages } from "../../data/images.js";
import { pictureKindOf } from "../../data/picture-kind.js";
import { newRows } from "../../data/rows.js";
import { split } from "../../data/subset.js";
import { SteepestError, UsageError } from "../../errors.js";
import type { Splits } from "../../train/options.js";
import { counting } from "../counting.js";
import { count } from "../output.js";
import { onCommandLine } from "../wording.js";
import type { Loaded, LoadOptions, Task, TaskDefaults } from "./tasks.js";

const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${count(bytes / 1e3)} kB` : `${count(bytes / 1e6)} MB`;

/** Says what decoding takes before it begins, and on a terminal how far it is. */
const decoding = () => {
  const showCount = counting();
  return (progress: ImagesProgress): void => {
    const { stderr } = process;
    if (progress.kind === "start") {
      const { pictures, bytes, folder } = progress;
      stderr.write(
        `decoding ${count(pictures)} pictures into ${sizeText(bytes)}${folder === undefined ? " of memory" : `, kept in ${folder}`}\n`,
      );
      return;
    }
    showCount(progress.done, progress.pictures);
  };
};

/** Of fewer pictures there is no fifth. */
const fewest = 5;

/** Pictures at a path, with a stratified fifth of them set aside as test part where there is none. */
const load = async ({ data: path, seed, ...reading }: LoadOptions, task: string): Promise<Loaded> => {
  if (path === undefined) {
    throw new UsageError(
      `${task} needs to know where the pictures are: steepest train ${task} <folder, Parquet, ZIP or tar file>`,
    );
  }
  const { notes, close, ...data } = await readImages(
    path,
    { ...reading, onProgress: decoding() },
    onCommandLine,
  );
  if (data.test) return { data, notes, close };
  try {
    if (data.train.size < fewest) {
      throw new SteepestError(
        `${path}: ${data.train.size} pictures are too few to set some aside to test on; add more, or put them into folders train and test`,
      );
    }
    // Those that are read from a file cannot be looked through at once.
    const stratified = data.train.read([0], newRows(data.train, 1)) === undefined;
    const { train, validation: test } = split(data.train, { fraction: 0.2, seed, stratified });
    const which = stratified ? ", the same share of each class," : ", chosen at random,";
    const aside = `${count(test.size)} of the ${count(data.train.size)} pictures${which} are set aside to test on`;
    return { data: { ...data, train, test }, notes: [...notes, aside], close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Pictures that are looked at in a training, where nothing else is asked for: about ten minutes' worth at 32 x 32 on two cores. */
const worthLookingAt = 250_000;

/**
 * What suits a folder of pictures: fewer epochs where there are more pictures, a smaller network where they are few. Strokes on a plain
 * ground, such as digits and letters, are never mirrored.
 */
const chosenFor = async ({ train }: Splits): Promise<TaskDefaults> => {
  const { image } = soleInput(train).field;
  const side = Math.min(image?.width ?? 0, image?.height ?? 0);
  const strokes = (await pictureKindOf(train))?.ink !== undefined;
  const epochs = Math.round(worthLookingAt / train.size);
  return {
    // It halves them three times, after windows of two pixels.
    model: side < 9 ? "resnet20" : "speed-s",
    augment: strokes ? "affine" : side <= 40 ? "shift" : "photo",
    ...(strokes ? { views: { shift: 1 } } : {}),
    epochs: Math.min(60, Math.max(6, epochs)),
    batchSize: Math.min(250, Math.max(8, Math.round(train.size / 20))),
    // A few pictures would choose the weights by chance.
    validation: train.size < 50 ? 0 : 0.1,
  };
};

/** Tasks whose examples are pictures in files. */
export const pictureTasks: readonly Task[] = [
  {
    name: "cifar10",
    describe:
      "the CIFAR-10 photographs; --data names the folder of Parquet files as Hugging Face has them, or of the binary version",
    takesData: true,
    load: (options) => load(options, "cifar10"),
    defaults: { model: "speed-m", epochs: 10, batchSize: 250, validation: 0 },
  },
  {
    name: "images",
    describe:
      "any pictures: a folder with one folder for each class, a Parquet, ZIP or tar file (steepest train images photos)",
    takesData: true,
    readsPictures: true,
    load: (options) => load(options, "images"),
    defaults: chosenFor,
  },
];
