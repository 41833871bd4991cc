import type { Dataset } from "../data/dataset.js";
import { DivergenceError } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Net } from "../nn/network.js";
import { adam, type Rate, type RuleFor } from "../optim/index.js";
import { requireKnown } from "../options.js";
import type { RatePoint, RateTest } from "../report/record.js";
import { endlessBatches } from "./endless.js";
import { checkOptions, type FitOptions, type Splits, sharedOptions } from "./options.js";
import { prepare } from "./prepare.js";

export type { RatePoint, RateTest } from "../report/record.js";

/** Options of a learning-rate range test. */
export interface TuneRateOptions
  extends Omit<FitOptions, keyof Omit<FitOptions, (typeof sharedOptions)[number]>> {
  /** The optimiser for a rate. @defaultValue `(learningRate) => adam({ learningRate })` */
  readonly optimizer?: (learningRate: Rate) => RuleFor;
  /** The first rate. @defaultValue 1e-6 */
  readonly from?: number;
  /** The last rate. @defaultValue 10 */
  readonly to?: number;
  /** Steps from the first rate to the last. @defaultValue 200 */
  readonly steps?: number;
  /** How often the test is repeated from the same weights on other batches, to average the losses. @defaultValue 3 */
  readonly repeats?: number;
}

/** The test ends where the smoothed loss is this many times its lowest. */
const blowUp = 4;
const memory = 0.9;

/** Exponential moving average with the bias of its start divided out. */
const smoother = () => {
  let [mean, steps] = [0, 0];
  return (value: number): number => {
    mean = memory * mean + (1 - memory) * value;
    steps += 1;
    return mean / (1 - memory ** steps);
  };
};

/** Least-squares slope of the smoothed loss against log10 of the rate, over the five points around `i`. */
const slopeAt = (points: readonly RatePoint[], i: number): number => {
  const near = points.slice(Math.max(0, i - 2), i + 3);
  const xs = near.map(({ learningRate }) => Math.log10(learningRate));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(near.map(({ smoothed }) => smoothed))];
  const sxx = xs.reduce((total, x) => total + (x - mx) ** 2, 0);
  return xs.reduce((total, x, k) => total + (x - mx) * ((near[k]?.smoothed ?? missing()) - my), 0) / sxx;
};

const checkRange = (from: number, to: number, steps: number, repeats: number) => {
  if (!(from > 0 && to > from && to < Number.POSITIVE_INFINITY)) {
    throw new SteepestError(`tuneRate: from ${from} to ${to}; give two positive rates, the smaller first`);
  }
  for (const [name, value, least] of [["steps", steps, 20] as const, ["repeats", repeats, 1] as const]) {
    if (!Number.isInteger(value) || value < least)
      throw new SteepestError(`tuneRate: ${name} is ${value}; give a whole number of at least ${least}`);
  }
};

/**
 * Learning-rate range test: the rate grows exponentially from step to step of a short training, until the loss blows up.
 * The suggestion is one tenth of the rate at which the smoothed loss is lowest. The network is trained on one batch per
 * step and put back to its initial weights between repetitions.
 *
 * Throws where options cannot work, or where the loss blows up within the first steps.
 * Source: Smith 2017, "Cyclical learning rates for training neural networks"; the rule of one tenth: Howard & Gugger 2020.
 */
export const tuneRate = async (
  net: Net,
  data: Dataset | Splits,
  options: TuneRateOptions = {},
): Promise<RateTest> => {
  const {
    optimizer = (learningRate: Rate) => adam({ learningRate }),
    from = 1e-6,
    to = 10,
    steps = 200,
    repeats = 3,
    ...given
  } = requireKnown("tuneRate", options, [...sharedOptions, "optimizer", "from", "to", "steps", "repeats"]);
  checkRange(from, to, steps, repeats);
  const rateOf = (step: number) => from * (to / from) ** (step / (steps - 1));
  const checked = checkOptions({ ...given, optimizer: optimizer(({ step }) => rateOf(step)) });
  const { trainer, splits, batchSize } = await prepare(net, data, checked, { steps, stepsPerEpoch: steps });
  try {
    const start = await trainer.snapshot();

    /** Losses of one repetition, until they blow up. */
    const sweep = async (seed: number): Promise<number[]> => {
      await start.restore();
      const smooth = smoother();
      const losses: number[] = [];
      let lowest = Number.POSITIVE_INFINITY;
      for await (const part of endlessBatches(splits.train, { batchSize, seed })) {
        const step = losses.length;
        if (step === steps || checked.signal?.aborted) break;
        try {
          await trainer.step(part);
          losses.push(await trainer.loss());
        } catch (error) {
          if (!(error instanceof DivergenceError)) throw error;
          break;
        }
        const smoothed = smooth(losses.at(-1) ?? missing());
        lowest = Math.min(lowest, smoothed);
        if (smoothed > blowUp * lowest && step > 10) break;
      }
      return losses;
    };

    const sweeps: number[][] = [];
    for (let i = 0; i < repeats; i++) sweeps.push(await sweep((checked.seed + i) >>> 0));
    const length = Math.min(...sweeps.map((losses) => losses.length));
    if (length < 20) {
      throw new SteepestError(
        checked.signal?.aborted
          ? `tuneRate: ended after ${length} steps, too few to say anything`
          : `tuneRate: the loss blew up after ${length} steps, at a rate of ${rateOf(length).toExponential(1)}; start from a smaller one`,
      );
    }
    const smooth = smoother();
    const points = Array.from({ length }, (_, step): RatePoint => {
      const loss = sweeps.reduce((total, losses) => total + (losses[step] ?? missing()), 0) / repeats;
      return { learningRate: rateOf(step), loss, smoothed: smooth(loss) };
    });
    return summarise(points, length < steps && !checked.signal?.aborted);
  } finally {
    await trainer.release();
  }
};

const summarise = (points: readonly RatePoint[], diverged: boolean): RateTest => {
  // The first tenth is left out: its average rests on a few batches.
  const settled = points.slice(Math.ceil(points.length / 10));
  const lowest = settled.reduce((a, b) => (b.smoothed < a.smoothed ? b : a));
  const falling = settled.filter(({ learningRate }) => learningRate <= lowest.learningRate);
  const steepest = falling.reduce((a, b) =>
    slopeAt(points, points.indexOf(b)) < slopeAt(points, points.indexOf(a)) ? b : a,
  );
  return { points, diverged, lowest, steepest, suggestion: lowest.learningRate / 10 };
};
