import { dropout, klSparsity, type Layer, layer, linear, relu, sequential } from "../../nn/index.js";
import { maxNorm } from "../../optim/constraints.js";
import { cosineDecay, l1, l2, momentum, type Schedule } from "../../optim/index.js";
import { type FitOptions, fit } from "../../train/index.js";
import type { StudyContext } from "../study.js";
import type { Parts } from "./data.js";
import type { Recipe } from "./recipes.js";
import type { Outcome } from "./results.js";

/** Pixels 0 … 255 as inputs 0 … 1: black, most of a digit's picture, stays 0, which is what dropping an input makes of it. */
const unitRange = async (): Promise<Layer> => layer("unitRange", (x) => x.mul(1 / 255));

/** As in the lecture and the table's source: kept units as they are in training, times `keep` in use. */
const dropped = (keep: number): Layer => dropout({ keep, scaling: "inference" });

/** The network of a recipe with hidden layers of the given widths: relu, and what the recipe puts behind it. */
export const network = (
  { keep, klSparsity: sparsity }: Pick<Recipe, "keep" | "klSparsity">,
  widths: readonly number[],
): Layer =>
  sequential(
    ...(keep ? [dropped(keep.input)] : []),
    ...widths.flatMap((units) => [
      linear(units),
      relu(),
      ...(sparsity ? [klSparsity({ ...sparsity, range: "positive" })] : []),
      ...(keep ? [dropped(keep.hidden)] : []),
    ]),
    linear(10),
  );

/** 0 until a share of training has passed, then the value. */
export const towardsTheEnd =
  (value: number, after: number): Schedule =>
  ({ step, steps }) =>
    step < after * steps ? 0 : value;

/** What `fit` is told to follow a recipe. */
export const optionsOf = (recipe: Omit<Recipe, "epochs">): FitOptions => ({
  optimizer: momentum({
    learningRate: cosineDecay({ initial: recipe.learningRate }),
    beta: recipe.beta,
  }),
  penalty: [
    ...(recipe.l2 === undefined ? [] : [l2(recipe.l2)]),
    ...(recipe.l1 === undefined ? [] : [l1(towardsTheEnd(recipe.l1.lambda, recipe.l1.after))]),
  ],
  constraint: recipe.maxNorm === undefined ? [] : [maxNorm(recipe.maxNorm)],
  batchSize: recipe.batchSize,
  preprocess: unitRange,
});

/** What is trained: a recipe on given data. */
export interface Job {
  readonly recipe: Recipe;
  readonly widths: readonly number[];
  readonly epochs: number;
  readonly seed: number;
  readonly threads: number | undefined;
}

/** Trains one network. Undefined where the user ended it before it was done. */
export const train = async (
  { recipe, widths, epochs, seed, threads }: Job,
  { train, measured }: Parts,
  { log, signal }: Pick<StudyContext, "log" | "signal">,
): Promise<Outcome | undefined> => {
  const run = await fit(
    network(recipe, widths),
    { train, test: measured },
    {
      ...optionsOf(recipe),
      epochs,
      seed,
      ...(threads === undefined ? {} : { threads }),
      ...(signal ? { signal } : {}),
      callbacks: [
        {
          onEpochEnd: (_, { record: { epoch, train, seconds } }) => {
            if (epoch % 10 === 0)
              log(`epoch ${epoch}: loss ${train.loss.toFixed(4)}, ${seconds.toFixed(0)} s so far`);
          },
        },
      ],
    },
  );
  await run.release();
  if (run.stopped !== "completed" || run.test?.error === undefined) return undefined;
  const last = run.epochs.at(-1);
  return {
    error: run.test.error,
    loss: run.test.loss,
    trainLoss: last?.train.loss ?? Number.NaN,
    seconds: run.seconds,
  };
};
