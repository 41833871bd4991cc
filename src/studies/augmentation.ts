import { augmented } from "../augment/augmented.js";
import { readRows, soleFloats, take } from "../data/index.js";
import { missing } from "../missing.js";
import { type Pictures, picturesFor } from "./augmentation/data.js";
import { draw } from "./augmentation/figure.js";
import { type Gain, gainOf, relativeGain, spread } from "./augmentation/gain.js";
import { accuracyOf, BATCH, type Training } from "./augmentation/training.js";
import { short } from "./shared/statistics.js";
import { allOf, judged, positive } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

/** A number of training pictures, all of them where it is infinite, and how often it is drawn and trained on. */
interface Size {
  readonly examples: number;
  readonly repeats: number;
}

export interface Settings extends Training {
  readonly sizes: readonly Size[];
  readonly test: number;
}

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

/** At the default effort: the embedded digits are learned in few updates by a smaller network. */
const embedded: Settings = { ...settings.default, steps: 400, widths: [8, 16, 32] };

/** The sizes that differ where there are `available` pictures to train on. */
export const sizesWithin = (sizes: readonly Size[], available: number): readonly Size[] =>
  sizes
    .filter((_, i) => (sizes[i - 1]?.examples ?? 0) < available)
    .map(({ examples, repeats }) => ({ examples: Math.min(examples, available), repeats }));

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
    for (const { examples, repeats } of sizesWithin(setting.sizes, data.train.size)) {
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
    const relative = relativeGain(largest);
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
          measured: `the largest gain is ${short(largest.gain)} points, ${short(relative.gain)}${Number.isFinite(relative.error) ? ` ± ${short(relative.error)}` : ""} % of the accuracy without it, with ${largest.examples} pictures`,
          verdict: positive(relative.gain - 10, relative.error),
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
  run: (context) =>
    measure(
      context.data === undefined && context.effort === "default" ? embedded : settings[context.effort],
      context,
    ),
};
