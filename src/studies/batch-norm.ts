import { readRows, soleFloats } from "../data/index.js";
import { type Figure, heatmap, lineChart, type Point, palette, panels } from "../figures/index.js";
import { rampAt } from "../figures/theme.js";
import { missing } from "../missing.js";
import { type Layer, relu } from "../nn/index.js";
import { gradientDescent } from "../optim/index.js";
import { fit, type Run, TrainingDiverged } from "../train/index.js";
import { type ConvolutionalSettings, convolutional } from "./batch-norm/convolutional.js";
import { deep, normalised, runningStatistics } from "./batch-norm/properties.js";
import { identityClaim, runningStatisticsClaim, standardOutputsClaim } from "./claims/batch-norm.js";
import { type ImageCounts, type Images, images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

export interface Settings {
  readonly depths: readonly number[];
  readonly rates: readonly number[];
  readonly units: number;
  readonly counts: ImageCounts;
  readonly epochs: number;
  readonly convolutional: ConvolutionalSettings;
}

const settings: Record<Effort, Settings> = {
  quick: {
    depths: [2, 8],
    rates: [0.01, 0.03, 0.1, 0.3, 1, 3],
    units: 64,
    counts: { train: 1500, validation: 500, test: 1000 },
    epochs: 8,
    convolutional: { filters: [8, 16, 16, 16], rates: [0.01, 0.1, 1, 3], epochs: 3 },
  },
  default: {
    depths: [2, 4, 8, 16],
    rates: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    units: 100,
    counts: { train: 3000, validation: 1000, test: 2000 },
    epochs: 10,
    convolutional: { filters: [8, 16, 32, 32, 32, 32], rates: [0.01, 0.03, 0.1, 0.3, 1, 3], epochs: 5 },
  },
  full: {
    depths: [2, 4, 8, 16, 32],
    rates: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    units: 256,
    counts: { train: 50_000, validation: 10_000, test: 10_000 },
    epochs: 10,
    convolutional: { filters: [16, 32, 64, 64, 64, 64], rates: [0.01, 0.03, 0.1, 0.3, 1, 3], epochs: 5 },
  },
};

interface Trial {
  readonly depth: number;
  readonly rate: number;
  readonly normalise: boolean;
  /** Validation error in percent after the last epoch; 90, chance, where training diverged. */
  readonly error: number;
  readonly test: number;
  readonly diverged: boolean;
  /** Training loss after each epoch. */
  readonly losses: readonly number[];
}

/** The run, also where it diverged. */
const train = async (
  { depth, rate, normalise }: { depth: number; rate: number; normalise: boolean },
  { units, epochs }: Settings,
  { note, ...splits }: Images,
  { seed, signal }: StudyContext,
): Promise<{ run: Run; trial: Trial }> => {
  const options = {
    optimizer: gradientDescent({ learningRate: rate }),
    epochs,
    batchSize: 50,
    weights: "last" as const,
    seed,
    threads: 1,
    ...(signal ? { signal } : {}),
  };
  const run = await fit(deep(depth, units, normalise, relu), splits, options).catch((error: unknown) => {
    if (error instanceof TrainingDiverged) return error.run;
    throw error;
  });
  const diverged = run.stopped === "diverged";
  const trial = {
    depth,
    rate,
    normalise,
    error: diverged ? 90 : (run.epochs.at(-1)?.validation?.error ?? 90),
    test: diverged ? 90 : (run.test?.error ?? 90),
    diverged,
    losses: run.epochs.map((epoch) => epoch.train.loss),
  };
  return { run, trial };
};

/** Largest difference between the answers to examples one by one and all together. */
const batchIndependence = async (run: Run<Layer>, { test }: Images): Promise<number> => {
  const count = 16;
  const inputs = soleFloats((await readRows(test, [...Array(count).keys()])).inputs);
  const size = inputs.length / count;
  const together = (await run.predict(inputs)).data;
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const alone = (await run.predict(inputs.subarray(i * size, (i + 1) * size))).data;
    for (const [k, value] of alone.entries())
      worst = Math.max(worst, Math.abs(value - (together[i * 10 + k] ?? missing())));
  }
  return worst;
};

/** The trial with the lowest of some measure. */
const least = (trials: readonly Trial[], of: (trial: Trial) => number): Trial | undefined =>
  trials.reduce<Trial | undefined>((a, b) => (a === undefined || of(b) < of(a) ? b : a), undefined);

/** Training loss after the last epoch, Infinity where training diverged. */
const finalLoss = ({ diverged, losses }: Trial): number =>
  diverged ? Number.POSITIVE_INFINITY : (losses.at(-1) ?? Number.POSITIVE_INFINITY);

/** The training loss at which a network is said to have learnt: a fifth of what guessing costs, ln 10. */
const LEARNT = 0.46;

/** Epochs until the training loss is below it. */
const epochsToLearn = ({ losses, diverged }: Trial): number => {
  const index = diverged ? -1 : losses.findIndex((loss) => loss < LEARNT);
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
};

const nothing = { epochs: Number.NaN, loss: Number.NaN };

const draw = async (trials: readonly Trial[], { depths, rates, epochs }: Settings): Promise<Figure> => {
  const cell = (depth: number, rate: number, normalise: boolean) =>
    trials.find((t) => t.depth === depth && t.rate === rate && t.normalise === normalise);
  const map = (normalise: boolean) =>
    heatmap({
      title: normalise ? "With batch normalisation" : "Without batch normalisation",
      subtitle: `validation error (%) after ${epochs} epochs`,
      width: 480,
      height: 130 + 44 * depths.length + 40,
      values: depths.map((depth) => rates.map((rate) => cell(depth, rate, normalise)?.error ?? 90)),
      rows: depths.map(String),
      columns: rates.map(String),
      rowLabel: "hidden layers",
      columnLabel: "learning rate",
      // One scale for both maps, from no errors to chance.
      colour: (error) => rampAt("sequential", error / 90),
      format: (error, row, column) =>
        cell(depths[row] ?? missing(), rates[column] ?? missing(), normalise)?.diverged
          ? "∞"
          : error.toFixed(error < 10 ? 1 : 0),
    });
  const curves = (depth: number) =>
    lineChart({
      title: `Training loss with ${depth} hidden layers`,
      subtitle: "each at the learning rate at which it ends lowest",
      width: 480,
      height: 360,
      x: { label: "epoch" },
      y: { label: "mean cross-entropy", type: "log" },
      series: [false, true].map((normalise) => {
        const best = least(
          trials.filter((t) => t.depth === depth && t.normalise === normalise),
          finalLoss,
        );
        return {
          name: `${normalise ? "with" : "without"} (rate ${best?.rate ?? "none"})`,
          points: (best?.losses ?? []).map((loss, i): Point => [i + 1, loss]),
          colour: normalise ? palette[0] : palette[1],
        };
      }),
    });
  return panels(
    [
      await map(false),
      await map(true),
      await curves(depths[0] ?? missing()),
      await curves(depths.at(-1) ?? 0),
    ],
    { columns: 2 },
  );
};

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const { depths, rates, epochs, units, counts } = setting;
  const layer = await normalised(context.seed);
  const running = await runningStatistics(context);
  const parts = await images(context, counts);
  const trials: Trial[] = [];
  let independence = Number.NaN;
  for (const depth of depths)
    for (const normalise of [false, true]) {
      for (const rate of rates) {
        if (context.signal?.aborted) break;
        const { run, trial } = await train({ depth, rate, normalise }, setting, parts, context);
        trials.push(trial);
        if (normalise && !trial.diverged && Number.isNaN(independence))
          independence = await batchIndependence(run, parts);
        await run.release();
      }
      context.log(`${depth} hidden layers ${normalise ? "with" : "without"}: done`);
    }

  const { trials: ofConvolutions, exported } = await convolutional(setting.convolutional, parts, context);
  context.log("convolutional network: done");
  const usableBehind = (normalise: boolean) =>
    ofConvolutions.filter((t) => t.normalise === normalise && t.error < 50).map((t) => t.rate);

  const at = (depth: number, normalise: boolean) =>
    trials.filter((t) => t.depth === depth && t.normalise === normalise);
  const usable = (depth: number, normalise: boolean) =>
    at(depth, normalise)
      .filter((t) => t.error < 50)
      .map((t) => t.rate);
  const ranges = depths.map((depth) => ({
    depth,
    without: usable(depth, false),
    with: usable(depth, true),
  }));
  const span = (values: readonly number[]) =>
    values.length === 0 ? "none" : `${Math.min(...values)} to ${Math.max(...values)}`;
  const speeds = depths.map((depth) => {
    const [plain, withIt] = [false, true].map((normalise) => ({
      epochs: Math.min(...at(depth, normalise).map(epochsToLearn)),
      loss: Math.min(...at(depth, normalise).map(finalLoss)),
    }));
    return { depth, without: plain ?? nothing, with: withIt ?? nothing };
  });
  return {
    learned: `Batch normalisation widened the range of usable learning rates at every depth (to ${Math.max(...ranges.flatMap((r) => r.with))} from ${Math.max(...ranges.flatMap((r) => r.without))}); with a rate of its own the plain network learned ${speeds.every((s) => s.with.epochs < s.without.epochs) ? "more slowly" : "as fast or faster"}.`,
    claims: [
      standardOutputsClaim({ features: 8, examples: 64, ...layer }),
      identityClaim(layer.identityError),
      runningStatisticsClaim({ examples: 16, independence, ...running }),
      {
        claim: "Networks with it stand higher learning rates",
        measured: `rates that come below 50 % validation error, without and with: ${ranges.map((r) => `${r.depth} layers ${span(r.without)} and ${span(r.with)}`).join("; ")}`,
        verdict: judged(ranges.every((r) => Math.max(...r.with) > Math.max(...r.without))),
      },
      {
        claim: "Networks learn faster with it, each at its own best rate",
        measured: `epochs until the training loss is below ${LEARNT}, without → with: ${speeds.map((s) => `${s.depth} layers ${s.without.epochs} → ${s.with.epochs}`).join("; ")}; training loss after ${epochs} epochs: ${speeds.map((s) => `${s.depth} layers ${short(s.without.loss)} → ${short(s.with.loss)}`).join("; ")}`,
        verdict: judged(speeds.every((s) => s.with.epochs < s.without.epochs)),
      },
      {
        claim:
          "It belongs behind convolutions too, before the nonlinearity, with one mean and variance for each channel",
        measured: `a network of ${setting.convolutional.filters.length} convolutions comes below 50 % validation error at rates of ${span(usableBehind(false))} without and ${span(usableBehind(true))} with it`,
        verdict: judged(
          usableBehind(true).length > 0 &&
            Math.max(...usableBehind(true)) > Math.max(0, ...usableBehind(false)),
        ),
      },
      {
        claim: "In use it is a part of the convolution before it",
        measured: `the exported model has ${exported.nodes} such operators; its answers differ by at most ${short(exported.difference)}`,
        verdict: judged(exported.nodes === 0 && exported.difference < 1e-4),
      },
    ],
    tables: [
      {
        title: `Validation error (%) of ${setting.convolutional.filters.length} convolutions after ${setting.convolutional.epochs} epochs`,
        columns: ["learning rate", "without", "with"],
        rows: setting.convolutional.rates.map((rate) => [
          rate,
          ...[false, true].map((normalise) =>
            short(
              ofConvolutions.find((t) => t.rate === rate && t.normalise === normalise)?.error ?? Number.NaN,
            ),
          ),
        ]),
      },
      {
        title: "Best learning rate by validation error, and test error (%) there",
        columns: ["hidden layers", "without: rate", "without: test", "with: rate", "with: test"],
        rows: depths.map((depth) => {
          const [a, b] = [false, true].map((normalise) => least(at(depth, normalise), (t) => t.error));
          return [
            depth,
            a?.rate ?? "none",
            short(a?.test ?? Number.NaN),
            b?.rate ?? "none",
            short(b?.test ?? Number.NaN),
          ];
        }),
      },
    ],
    figure: await draw(trials, setting),
    numbers: { layer, running, independence, trials, convolutional: ofConvolutions, exported },
    notes: [
      parts.note,
      `${units} relu units per hidden layer, He initialisation, gradient descent with batches of 50, ${epochs} epochs. ∞ marks runs that diverged. Rates are chosen by validation error for the table and by training loss for its curves; the epochs to learn are those of the quickest rate.`,
      "In deep stacks without shortcuts batch normalisation multiplies gradients at every layer (Yang et al. 2019), and batches of 50 make its statistics noisy: where the plain network is well initialised and trains at all, it may end lower.",
    ],
  };
};

/** Row 32 of the lecture: batch normalisation, what it computes and what it is good for. */
export const batchNormStudy: Study = {
  name: "batch-norm",
  title: "Batch normalisation",
  section: "Batch Normalization",
  describe:
    "Checks what the layer computes: zero mean and unit variance, the identity with gamma = √Var and beta = E, running statistics in use. Then trains networks of several depths at several learning rates with and without it.",
  run: (context) => measure(settings[context.effort], context),
};
