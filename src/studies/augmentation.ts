import { augmented } from "../augment/augmented.js";
import type { Step } from "../augment/transformation.js";
import type { Dataset } from "../data/dataset.js";
import { readRows, soleFloats, subset, take } from "../data/index.js";
import { barChart, type Figure, lineChart, meaning, panels, pictures } from "../figures/index.js";
import { missing } from "../missing.js";
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  type Layer,
  linear,
  maxPool,
  relu,
  sequential,
  unflatten,
} from "../nn/index.js";
import { adam, cosineDecay } from "../optim/index.js";
import { random } from "../random/random.js";
import { mean, standardError } from "../statistics.js";
import { fit } from "../train/index.js";
import { type Pictures, picturesFor } from "./augmentation/data.js";
import { short } from "./shared/statistics.js";
import { allOf, judged, positive } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

/** A number of training pictures, all of them where it is infinite, and how often it is drawn and trained on. */
interface Size {
  readonly examples: number;
  readonly repeats: number;
}

export interface Settings {
  readonly sizes: readonly Size[];
  /** Updates of every training, with and without augmentation alike. */
  readonly steps: number;
  readonly test: number;
  readonly widths: readonly number[];
}

const BATCH = 50;

const settings: Record<Effort, Settings> = {
  quick: {
    sizes: [
      { examples: 100, repeats: 2 },
      { examples: 1000, repeats: 2 },
    ],
    steps: 200,
    test: 2000,
    widths: [8, 16, 32],
  },
  default: {
    sizes: [
      { examples: 500, repeats: 3 },
      { examples: 5000, repeats: 2 },
    ],
    steps: 1500,
    test: 5000,
    widths: [16, 32, 64],
  },
  full: {
    sizes: [
      { examples: 500, repeats: 3 },
      { examples: 5000, repeats: 2 },
      { examples: Number.POSITIVE_INFINITY, repeats: 2 },
    ],
    steps: 10_000,
    test: 10_000,
    widths: [32, 64, 128],
  },
};

const network = (widths: readonly number[], { layout, train }: Pictures): Layer => {
  const target = Object.values(train.targets)[0] ?? missing();
  const stage = (filters: number) => [conv2d(filters, { bias: false }), batchNorm(), relu(), maxPool(2)];
  return sequential(
    unflatten([layout.channels, layout.height, layout.width]),
    ...widths.flatMap(stage),
    globalAveragePool(),
    linear(target.kind === "class" ? target.classes : missing()),
  );
};

/** Training pictures drawn at random. */
const drawn = (train: Dataset, examples: number, seed: number): Dataset =>
  examples >= train.size
    ? train
    : subset(train, random(seed, "augmentation study").permutation(train.size).slice(0, examples));

/** Test accuracy in percent after the same number of updates whatever the size. */
const accuracyOf = async (
  data: Pictures,
  { steps, widths }: Settings,
  { examples, seed, augment }: { examples: number; seed: number; augment?: readonly Step[] },
  { signal }: StudyContext,
): Promise<number> => {
  const train = drawn(data.train, examples, seed);
  const batchSize = Math.min(BATCH, train.size);
  const run = await fit(
    network(widths, data),
    { train, test: data.test },
    {
      optimizer: adam({ learningRate: cosineDecay({ initial: 0.003 }) }),
      epochs: Math.max(1, Math.round((steps * batchSize) / train.size)),
      batchSize,
      seed,
      ...(augment && { augment }),
      ...(signal && { signal }),
    },
  );
  const { error = Number.NaN } = run.test ?? {};
  await run.release();
  return 100 - error;
};

interface Gain {
  readonly examples: number;
  readonly without: readonly number[];
  readonly with: readonly number[];
  readonly gain: number;
  /** Standard error of the gain over what was drawn; unknown for a single training. */
  readonly error: number;
}

const gainOf = (examples: number, without: readonly number[], withIt: readonly number[]): Gain => {
  const differences = without.map((value, i) => (withIt[i] ?? missing()) - value);
  const error = differences.length > 1 ? standardError(differences) : Number.POSITIVE_INFINITY;
  return { examples, without, with: withIt, gain: mean(differences), error };
};

const spread = (values: readonly number[]): string =>
  `${short(mean(values))}${values.length > 1 ? ` ± ${short(standardError(values))}` : ""}`;

/** The same picture in some epochs. */
const strip = async ({ train, layout, families }: Pictures, seed: number): Promise<Figure> => {
  const few = take(train, 3);
  const changed = augmented(few, Object.values(families).flat(), { seed, workers: 0 });
  const size = layout.width * layout.height * layout.channels;
  const shown: { pixels: Float32Array; caption?: string }[] = [];
  const plain = soleFloats((await readRows(few)).inputs);
  for (let i = 0; i < few.size; i++) {
    shown.push({ pixels: plain.slice(i * size, (i + 1) * size), caption: "original" });
    for (let epoch = 0; epoch < 7; epoch++) {
      const rows = await readRows(few, [i]);
      await changed.read([i], rows, epoch);
      shown.push({ pixels: soleFloats(rows.inputs).slice(), caption: `epoch ${epoch + 1}` });
    }
  }
  return pictures({
    title: "A fresh T(x) of every example in every epoch",
    pictures: shown,
    layout,
    columns: 8,
    size: 52,
  });
};

const draw = async (
  gains: readonly Gain[],
  alone: readonly { readonly family: string; readonly gain: number }[],
  data: Pictures,
  seed: number,
): Promise<Figure> => {
  const line = (of: "with" | "without") => ({
    name: `${of} augmentation`,
    points: gains.map((gain) => [gain.examples, mean(gain[of])] as const),
    band: gains.map((gain) => {
      const error = gain[of].length > 1 ? standardError(gain[of]) : 0;
      return [gain.examples, mean(gain[of]) - error, mean(gain[of]) + error] as const;
    }),
    colour: of === "with" ? meaning.validation : meaning.training,
  });
  const curve = await lineChart({
    title: "Test accuracy by the number of training pictures",
    subtitle: "the same number of updates; bands of one standard error",
    width: 480,
    height: 340,
    x: { label: "training pictures", type: "log" },
    y: { label: "accuracy (%)" },
    series: [line("without"), line("with")],
  });
  const bars = await barChart({
    title: `Each family alone, with ${gains[0]?.examples ?? 0} pictures`,
    subtitle: "gain in accuracy (percentage points)",
    width: 480,
    height: 340,
    categories: alone.map(({ family }) => family),
    series: [{ name: "gain", values: alone.map(({ gain }) => gain) }],
    horizontal: true,
    format: (value) => value.toFixed(1),
  });
  return panels([curve, bars, await strip(data, seed)], { columns: [2, 1] });
};

/** Whether examples are another in each epoch, and the same again for the same seed. */
const freshness = async ({ train, families }: Pictures, seed: number) => {
  const few = take(train, Math.min(20, train.size));
  const read = async (epoch: number, workers: number) => {
    const changed = augmented(few, Object.values(families).flat(), { seed, workers });
    const rows = await readRows(few);
    await changed.read([...Array(few.size).keys()], rows, epoch);
    await changed.close();
    return soleFloats(rows.inputs);
  };
  const [first, again, later] = [await read(0, 0), await read(0, 2), await read(1, 0)];
  const size = first.length / few.size;
  const same = first.every((value, i) => value === again[i]);
  const changed = Array.from({ length: few.size }, (_, i) =>
    first.subarray(i * size, (i + 1) * size).some((value, j) => value !== later[i * size + j]),
  ).filter((each) => each).length;
  return { same, changed, of: few.size };
};

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const most = Math.max(
    ...setting.sizes.map(({ examples }) => (Number.isFinite(examples) ? examples : 12_000)),
  );
  const data = await picturesFor(context, { train: most, test: setting.test });
  try {
    const { seed, signal } = context;
    const chain = Object.values(data.families).flat();
    const gains: Gain[] = [];
    for (const { examples: wanted, repeats } of setting.sizes) {
      const examples = Math.min(wanted, data.train.size);
      const [without, withIt]: [number[], number[]] = [[], []];
      for (let i = 0; i < repeats && !signal?.aborted; i++) {
        const trial = { examples, seed: seed + i };
        without.push(await accuracyOf(data, setting, trial, context));
        withIt.push(await accuracyOf(data, setting, { ...trial, augment: chain }, context));
      }
      gains.push(gainOf(examples, without, withIt));
      context.log(`${examples} pictures: ${spread(without)} % without, ${spread(withIt)} % with`);
    }
    const [fewest = missing()] = gains;
    const alone: { family: string; gain: number; error: number }[] = [];
    for (const [family, steps] of Object.entries(data.families)) {
      const found: number[] = [];
      for (let i = 0; i < fewest.without.length && !signal?.aborted; i++) {
        const trial = { examples: fewest.examples, seed: seed + i, augment: steps };
        found.push(await accuracyOf(data, setting, trial, context));
      }
      const { gain, error } = gainOf(fewest.examples, fewest.without, found);
      alone.push({ family, gain, error });
      context.log(`${family} alone: ${short(gain)}`);
    }
    const fresh = await freshness(data, seed);
    const last = gains.at(-1) ?? missing();
    const largest = gains.reduce((a, b) => (b.gain > a.gain ? b : a));
    const relative = (gain: Gain) => (100 * gain.gain) / mean(gain.without);
    const text = ({ examples, gain, error }: Gain) =>
      `${examples} pictures ${gain >= 0 ? "+" : ""}${short(gain)}${Number.isFinite(error) ? ` ± ${short(error)}` : ""}`;
    return {
      learned: `With ${fewest.examples} training pictures augmentation changed test accuracy from ${spread(fewest.without)} to ${spread(fewest.with)} %, with ${last.examples} from ${spread(last.without)} to ${spread(last.with)} %.`,
      claims: [
        {
          claim: "A fresh T(x) is drawn for every example at every step, with the same label",
          measured: `${fresh.changed} of ${fresh.of} pictures are others in the second epoch; two threads and none give ${fresh.same ? "the same pixels" : "other pixels"}`,
          verdict: judged(fresh.same && fresh.changed === fresh.of),
        },
        {
          claim: "Augmentation increases accuracy",
          measured: `percentage points: ${gains.map(text).join("; ")}`,
          verdict: allOf(gains.map(({ gain, error }) => positive(gain, error))),
        },
        {
          claim: "It can increase accuracy by 10 to 20 %",
          measured: `the largest gain is ${short(largest.gain)} points, ${short(relative(largest))} % of the accuracy without it, with ${largest.examples} pictures`,
          verdict: judged(largest.gain >= 10 || relative(largest) >= 10),
        },
        {
          claim: "It gains most where pictures are few",
          measured: `${short(fewest.gain)} points with ${fewest.examples}, ${short(last.gain)} with ${last.examples}`,
          verdict: positive(fewest.gain - last.gain, Math.hypot(fewest.error, last.error)),
        },
      ],
      tables: [
        {
          title: "Test accuracy (%)",
          columns: ["training pictures", "trainings", "without", "with", "gain"],
          rows: gains.map((gain) => [
            gain.examples,
            gain.without.length,
            spread(gain.without),
            spread(gain.with),
            short(gain.gain),
          ]),
        },
        {
          title: `Each family alone, with ${fewest.examples} pictures`,
          columns: ["family", "gain", "standard error"],
          rows: alone.map(({ family, gain, error }) => [
            family,
            short(gain),
            Number.isFinite(error) ? short(error) : "unknown",
          ]),
        },
      ],
      figure: await draw(gains, alone, data, seed),
      numbers: { gains, alone, fresh },
      notes: [
        `${data.note} ${data.test.size} pictures to test on.`,
        `Convolutions of ${setting.widths.join(", ")} filters with batch normalisation and poolings; Adam at 0.003, which falls by a cosine; about ${setting.steps} updates of ${BATCH} examples in every training, so that few pictures are seen more often. Nothing was chosen on the test pictures.`,
        `What was done: ${Object.entries(data.families)
          .map(([family, steps]) => `${family} (${steps.map(({ name }) => name).join(", ")})`)
          .join("; ")}.`,
      ],
    };
  } finally {
    await data.close();
  }
};

/** Rows 26 to 28 of the lecture: random changes that keep the label, and what they are worth. */
export const augmentationStudy: Study = {
  name: "augmentation",
  title: "Data augmentation by the number of training pictures",
  section: "Data Augmentation",
  describe:
    "Trains a convolutional network on 500, 5000 and more pictures, with and without random changes that keep the class, all for the same number of updates, and each family of changes alone. --data takes MNIST or any pictures.",
  run: (context) => measure(settings[context.effort], context),
};
