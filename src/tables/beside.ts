import { countClasses } from "../data/count-classes.js";
import { readRows, soleColumn } from "../data/rows.js";
import { SteepestError } from "../errors.js";
import { largestIn } from "../extremes.js";
import { missing } from "../missing.js";
import type { BesideRecord } from "../report/record.js";
import { interval, mean, standardError } from "../statistics.js";
import type { EncodedTarget } from "./encoder.js";
import { fitLinearModel, linearAnswers } from "./linear-model.js";
import type { TableTask } from "./load.js";

type Reached = BesideRecord["models"][number];

/** What simpler models reach on the test rows that a network was measured on: the network first, then the linear model where there is one, then the best constant. */
export interface Beside extends BesideRecord {
  /** By how much the network's error (for values: its mean squared error) is above the linear model's, row by row, with its 95 % interval. */
  readonly difference?: { readonly mean: number; readonly low: number; readonly high: number };
}

/** How wrong an answer is to each row: 1 or 0 for classes, the squared difference for values. */
const wrongness = (
  target: EncodedTarget,
  answers: ArrayLike<number>,
  truth: ArrayLike<number>,
): Float64Array => {
  if (target.kind === "value")
    return Float64Array.from(truth, (value, i) => (value - (answers[i] ?? missing())) ** 2);
  const classes = target.classes.length;
  return Float64Array.from(truth, (label, i) => (largestIn(answers, i * classes, classes) === label ? 0 : 1));
};

/** Two standard errors of a mean of independent numbers to either side. */
const around = (values: Float64Array) => {
  const [middle, reach] = [mean(values), values.length > 1 ? 1.96 * standardError(values) : Number.NaN];
  return { mean: middle, low: middle - reach, high: middle + reach };
};

const reached = (name: string, target: EncodedTarget, wrong: Float64Array): Reached => {
  if (target.kind === "class") {
    const value = mean(wrong);
    const [low, high] = interval(value, wrong.length);
    return { name, value, low, high };
  }
  const { mean: squared, low, high } = around(wrong);
  return { name, value: Math.sqrt(squared), low: Math.sqrt(Math.max(0, low)), high: Math.sqrt(high) };
};

/** The best answer that is the same for all rows: the most frequent class of the training rows, or their mean. */
const constantAnswers = async ({ splits }: TableTask, target: EncodedTarget, rows: number) => {
  if (target.kind === "value") {
    return { name: "mean of the training rows", answers: new Float64Array(rows).fill(target.mean) };
  }
  const counts = await countClasses(splits.train, "target");
  const frequent = target.classes[largestIn(counts, 0, counts.length)];
  return {
    name: `always "${frequent}", the most frequent class`,
    answers: Float64Array.from(
      { length: rows * counts.length },
      (_, i) => counts[i % counts.length] ?? missing(),
    ),
  };
};

const sentenceOf = ({ low, high }: { readonly low: number; readonly high: number }, name: string): string => {
  if (low > 0) return `${name} is better on these rows; --model linear saves it`;
  if (high < 0) return `the network is better than ${name} on these rows`;
  return `${name} is as good on these rows, as far as they can tell; --model linear saves it`;
};

const linearName = (kind: "ridge" | "softmax", lambda: number): string =>
  kind === "ridge" ? `ridge regression (λ = ${lambda})` : `logistic regression (λ = ${lambda})`;

/**
 * Measures what simpler models reach on the test rows, beside what a network answered to them (probabilities of each class, or values). Undefined where there
 * are no test rows or several targets. Where the linear model cannot be fitted, the sentence says why.
 */
export const simpleModelsBeside = async (
  task: TableTask,
  network: { readonly name: string; readonly answers: ArrayLike<number>; readonly isLinear: boolean },
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<Beside | undefined> => {
  const { encoder, splits } = task;
  const [target, ...others] = encoder.targets;
  const { test } = splits;
  if (!test || target === undefined || others.length > 0) return undefined;
  const truth = soleColumn((await readRows(test)).targets);
  const own = wrongness(target, network.answers, truth);
  const constant = await constantAnswers(task, target, test.size);
  const ends = reached(constant.name, target, wrongness(target, constant.answers, truth));
  const first = reached(network.name, target, own);
  const common = {
    rows: test.size,
    measure: target.kind === "class" ? ("error" as const) : ("root-mean-square error" as const),
  };
  if (network.isLinear) return { ...common, models: [first, ends], sentence: "" };
  try {
    const model = await fitLinearModel(task, { seed });
    const name = linearName(model.kind, model.lambda);
    const theirs = wrongness(target, await linearAnswers(model, encoder, test), truth);
    const difference = around(own.map((value, i) => value - (theirs[i] ?? missing())));
    return {
      ...common,
      models: [first, reached(name, target, theirs), ends],
      difference,
      sentence: sentenceOf(difference, target.kind === "class" ? "logistic regression" : "ridge regression"),
    };
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    return { ...common, models: [first, ends], sentence: `no linear model beside it: ${error.message}` };
  }
};
