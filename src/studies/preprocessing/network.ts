import { type Layer, linear, relu, sequential } from "../../nn/index.js";
import { gradientDescent } from "../../optim/index.js";
import { type EpochRecord, fit, TrainingDiverged } from "../../train/index.js";
import { fitPreprocessing, type Preprocess } from "../../train/preprocess.js";
import type { Images } from "../shared/images.js";
import type { StudyContext } from "../study.js";

const network = (): Layer => sequential(linear(64), relu(), linear(10));

export interface Tuned {
  /** The rate with the lowest training loss at the end. */
  readonly rate: number;
  readonly epochs: readonly EpochRecord[];
  readonly testError: number;
  /** Training loss at the end for every rate; Infinity where training diverged. */
  readonly tried: readonly (readonly [rate: number, loss: number])[];
}

/** Trains the network with one preprocessing at each rate, and keeps the run that learns fastest: rates are about speed. */
export const tuned = async (
  kind: Preprocess,
  rates: readonly number[],
  epochs: number,
  { note, ...splits }: Images,
  { seed, signal }: StudyContext,
): Promise<Tuned> => {
  // Fitted once, on the training images, for all rates.
  const fitted = await fitPreprocessing(kind, splits.train);
  const tried: [number, number][] = [];
  let best: Tuned | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const rate of rates) {
    const run = await fit(network(), splits, {
      optimizer: gradientDescent({ learningRate: rate }),
      preprocess: fitted ? async () => fitted : "none",
      batchSize: 50,
      weights: "last",
      epochs,
      seed,
      threads: 1,
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      if (error instanceof TrainingDiverged) return error.run;
      throw error;
    });
    await run.release();
    signal?.throwIfAborted();
    const loss =
      run.stopped === "diverged"
        ? Number.POSITIVE_INFINITY
        : (run.epochs.at(-1)?.train.loss ?? Number.POSITIVE_INFINITY);
    tried.push([rate, loss]);
    if (best === undefined || loss < lowest) {
      lowest = loss;
      best = { rate, epochs: run.epochs, testError: run.test?.error ?? Number.NaN, tried };
    }
  }
  return best ?? { rate: Number.NaN, epochs: [], testError: Number.NaN, tried };
};
