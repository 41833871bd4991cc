import { batches } from "../../data/batches.js";
import { soleInput } from "../../data/dataset.js";
import { readRows, soleFloats } from "../../data/rows.js";
import { take } from "../../data/subset.js";
import { SteepestError } from "../../errors.js";
import { highest, lowest } from "../../extremes.js";
import { picturePng } from "../../figures/picture.js";
import { appendToFile, join, writeFileSafely } from "../../files.js";
import { requireKnown } from "../../options.js";
import type { Callback, TrainingContext } from "../callbacks.js";
import type { EpochRecord, Score } from "../events.js";
import { type EventValue, eventFileHead, eventRecord, type HParams, histogramOf } from "./event-file.js";
import { partFacts } from "./facts.js";
import { harmless, type TrackerOptions, tellOnce } from "./failures.js";
import { requirePath } from "./places.js";

export interface TensorBoardOptions extends TrackerOptions {
  /** Settings for its table of runs (HPARAMS), by name. @defaultValue none */
  readonly settings?: HParams;
  /** Every so many epochs the spread of weights, and of gradients on some training examples, is written; 0 for never. @defaultValue 1 */
  readonly histograms?: number;
  /** The first so many training pictures are written, where the input is one. @defaultValue 8 */
  readonly images?: number;
  /** Also writes the loss of every so many-th batch; 0 for none. @defaultValue 0 */
  readonly everySteps?: number;
}

type Values = Readonly<Record<string, EventValue>>;

const now = (): number => Date.now() / 1000;

/** Numbers of a part of the data, with those of other parts in one chart: "loss/train", "loss/validation". */
const partScalars = (part: "train" | "validation" | "test", score: Score | undefined): Values =>
  Object.fromEntries(
    Object.entries(partFacts(part, score)).map(([name, scalar]) => [
      `${name.slice(part.length + 1)}/${part}`,
      { scalar },
    ]),
  );

const scalarsOf = ({
  train,
  validation,
  learningRate,
  sharpness,
  samplesPerSecond,
}: EpochRecord): Values => ({
  ...partScalars("train", train),
  ...partScalars("validation", validation),
  ...(learningRate !== undefined && { learningRate: { scalar: learningRate } }),
  ...(sharpness !== undefined && { sharpness: { scalar: sharpness } }),
  samplesPerSecond: { scalar: samplesPerSecond },
});

/** Gradients on the first batch of the first epoch's order, in which training neither counts nor notices it. */
const gradientsOf = async ({ trainer, splits }: TrainingContext) => {
  const { session, batchSize, parts } = trainer;
  // Of mixed examples there are none but those under way.
  if (parts.kind !== parts.trained.kind) return {};
  const totals = await session.totals();
  try {
    for await (const batch of batches(splits.train, { batchSize, seed: 0, epoch: 0 })) {
      return await trainer.gradients(batch);
    }
    return {};
  } finally {
    session.resetTotals(totals);
  }
};

const histogramsOf = async (context: TrainingContext): Promise<Values> => {
  const gradients = await gradientsOf(context);
  const weights = await context.trainer.values();
  const all = [
    ...[...weights].map(([name, values]) => [`weights/${name}`, values] as const),
    ...Object.entries(gradients).map(
      ([name, { data }]) => [`gradients/${name}`, data as Float32Array] as const,
    ),
  ];
  return Object.fromEntries(all.map(([tag, values]) => [tag, { histogram: histogramOf(values) }]));
};

/** The first training pictures, from their lowest to their highest value where these are not 0 to 255. */
const imagesOf = async ({ splits: { train } }: TrainingContext, most: number): Promise<Values> => {
  const isSole = Object.keys(train.inputs).length === 1;
  const layout = isSole ? soleInput(train).field.image : undefined;
  if (!layout || most === 0) return {};
  const { width, height } = layout;
  const channels = layout.channels === 1 || layout.channels === 3 ? layout.channels : undefined;
  if (channels === undefined) return {};
  const values = soleFloats((await readRows(take(train, Math.min(most, train.size)))).inputs);
  const [low, high] = [Math.min(0, lowest(values)), Math.max(0, highest(values))];
  const range =
    low >= 0 && high > 1 && high <= 255 ? ([0, 255] as const) : ([low, high > low ? high : low + 1] as const);
  const size = width * height * channels;
  const pictures = Array.from({ length: values.length / size }, async (_, i) => {
    const png = await picturePng(values.subarray(i * size, (i + 1) * size), layout, { range });
    return [`training pictures/${i + 1}`, { image: { width, height, channels, png } }] as const;
  });
  return Object.fromEntries(await Promise.all(pictures));
};

const requireCount = (name: string, value: number): void => {
  if (Number.isInteger(value) && value >= 0) return;
  throw new SteepestError(`tensorBoard: ${name} is ${value}; expected a whole number that is not negative`);
};

/**
 * A callback that writes event files for TensorBoard into a folder, which `tensorboard --logdir` then shows: loss, error and metrics of each epoch over
 * the steps made, the learning rate, histograms of weights and gradients, training pictures, and the settings for its table of runs. A training that goes on
 * from a checkpoint adds a file. Measuring gradients changes nothing of the training. Where the folder cannot be written, `onProblem` is told, and training
 * goes on.
 *
 * `fit(net, data, { callbacks: [tensorBoard("logs/first", { settings: { units: 512 } })] })`
 */
export const tensorBoard = (folder: string, options: TensorBoardOptions = {}): Callback => {
  requirePath("tensorBoard", folder, "folder");
  const known = ["settings", "histograms", "images", "everySteps", "onProblem"] as const;
  const { settings = {}, ...others } = requireKnown("tensorBoard", options, known);
  const { histograms = 1, images = 8, everySteps = 0 } = others;
  for (const [name, value] of Object.entries({ histograms, images, everySteps })) requireCount(name, value);
  const began = now();
  // TensorBoard reads the files of a folder in the order of their names.
  const unique = crypto.randomUUID().slice(0, 8);
  const path = join(folder, `events.out.tfevents.${Math.floor(began)}.steepest.${unique}`);
  const write = async (step: number, values: Values): Promise<void> => {
    if (Object.keys(values).length > 0) await appendToFile(path, eventRecord(now(), step, values));
  };
  const hooks: Parameters<typeof harmless>[0] = {
    onTrainBegin: async (context) => {
      const { steps } = context.trainer;
      await writeFileSafely(path, eventFileHead(began, steps));
      await write(steps, { "_hparams_/session_start_info": { hparams: settings, started: began } });
      if (steps > 0) return;
      await write(0, await imagesOf(context, images));
      if (histograms > 0) await write(0, await histogramsOf(context));
    },
    onEpochEnd: async (context, { record }) => {
      await write(record.steps, scalarsOf(record));
      if (histograms > 0 && record.epoch % histograms === 0) {
        await write(record.steps, await histogramsOf(context));
      }
    },
    onTrainEnd: async ({ trainer: { steps }, outcome }) => {
      await write(steps, {
        ...partScalars("test", outcome?.test),
        "_hparams_/session_end_info": { ended: now(), success: outcome?.stopped !== "diverged" },
      });
    },
    ...(everySteps > 0 && {
      onStepEnd: async ({ trainer }: TrainingContext) => {
        if (trainer.steps % everySteps !== 0) return;
        await write(trainer.steps, { "batch loss": { scalar: await trainer.loss() } });
      },
    }),
  };
  return harmless(hooks, tellOnce("tensorBoard", others));
};
