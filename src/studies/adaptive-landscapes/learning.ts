import { missing } from "../../missing.js";
import { linear } from "../../nn/index.js";
import { binaryCrossEntropy } from "../../nn/losses/index.js";
import { mean, standardError } from "../../statistics.js";
import { fit } from "../../train/index.js";
import type { RareFeatures } from "../rare-features.js";
import { type Method, rates, rounded } from "./methods.js";

/** Passes over the examples. */
export const EPOCHS = 4;

/** Trains logistic regression on the rare features; loss by epoch, and the share of rare features learned right. */
const learn = async (
  problem: RareFeatures,
  method: Method,
  learningRate: number,
  { seed, signal, preprocess = "none" }: Omit<Learner, "name" | "method">,
) => {
  const { train, validation, test, weights, frequencies } = problem;
  const run = await fit(
    linear(1),
    { train, validation, test },
    {
      loss: binaryCrossEntropy(),
      optimizer: method.make({ learningRate }),
      preprocess,
      weights: "last",
      epochs: EPOCHS,
      batchSize: 16,
      seed,
      threads: 1,
      ...(signal ? { signal } : {}),
    },
  );
  const learned =
    [...(await run.weights()).values()].find((values) => values.length === weights.length) ?? weights;
  const rare = Array.from(frequencies.keys()).filter((j) => (frequencies[j] ?? 1) < 0.02);
  const right = rare.filter(
    (j) => Math.sign(learned[j] ?? missing()) === Math.sign(weights[j] ?? missing()),
  ).length;
  const losses = run.epochs.map(({ validation }) => validation?.loss ?? Number.NaN);
  const testLoss = run.test?.loss ?? Number.NaN;
  await run.release();
  signal?.throwIfAborted();
  return { learningRate, losses, testLoss, rareRight: right / rare.length };
};

type Learnt = Awaited<ReturnType<typeof learn>>;

/** A method and what it learns from. */
interface Learner {
  readonly name: string;
  readonly method: Method;
  readonly preprocess?: "none" | "feature";
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Validation loss at the end. */
const last = ({ losses }: Learnt): number => losses.at(-1) ?? Number.POSITIVE_INFINITY;

/**
 * One method on every problem, on each with the rate of the lowest validation loss at the end: half decades are tried,
 * then a quarter of a decade to both sides of the best.
 */
export const learnWithBestRates = async (
  problems: readonly RareFeatures[],
  { name, method, ...options }: Learner,
) => {
  const best: Learnt[] = [];
  for (const problem of problems) {
    const bestOf = async (among: readonly number[], tried: Learnt[] = []): Promise<Learnt> => {
      for (const rate of among) tried.push(await learn(problem, method, rate, options));
      return tried.reduce((a, b) => (last(b) < last(a) ? b : a));
    };
    const coarse = await bestOf(rates(...method.sparse, 2));
    const beside = [10 ** -0.25, 10 ** 0.25].map((factor) => rounded(coarse.learningRate * factor));
    best.push(await bestOf(beside, [coarse]));
  }
  return {
    method: name,
    rates: best.map(({ learningRate }) => learningRate),
    losses: Array.from({ length: EPOCHS }, (_, epoch) =>
      mean(best.map(({ losses }) => losses[epoch] ?? missing())),
    ),
    testLosses: best.map(({ testLoss }) => testLoss),
    rareRight: mean(best.map(({ rareRight }) => rareRight)),
  };
};

export type Learned = Awaited<ReturnType<typeof learnWithBestRates>>;

/** The mean of how much lower than another's a method's test losses are, problem by problem, and its standard error. */
export const gain = (over: Learned, { testLosses }: Learned) => {
  const differences = testLosses.map((loss, i) => (over.testLosses[i] ?? missing()) - loss);
  return { mean: mean(differences), error: standardError(differences) };
};
