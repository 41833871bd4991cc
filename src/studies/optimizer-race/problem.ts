import { DivergenceError, type Trainer } from "../../engine/training/trainer.js";
import type { Rule, Time } from "../../optim/index.js";
import type { Contender } from "./contenders.js";

/** A problem with a rule at the start of it. */
export interface Course {
  readonly trainer: Trainer;
  /** One step; the loss before it. */
  readonly step: (time: Time) => Promise<number>;
  /** What a run came to, from its losses: the lower the better. */
  readonly result: (losses: readonly number[]) => number;
  /** A further measure of the trained parameters, such as a test error in percent. */
  readonly test?: () => Promise<number>;
}

/** Something to minimise with a fixed number of steps. */
export interface Problem {
  readonly name: string;
  readonly describe: string;
  readonly convex: boolean;
  /** Whether its parameters are vectors, which rules for matrices do not train. */
  readonly vectorsOnly: boolean;
  readonly steps: number;
  /** What the numbers of the table are. */
  readonly measure: string;
  readonly open: (rule: Rule) => Promise<Course>;
}

const lastTenth = (losses: readonly number[]) => losses.slice(-Math.max(1, Math.floor(losses.length / 10)));

/** The highest loss of the last tenth of a run: what it has settled below, not what it passed by chance. */
export const settledLoss = (losses: readonly number[]): number => Math.max(...lastTenth(losses));

/** The mean loss of the last tenth of a run, for losses of random batches. */
export const meanOfLast = (losses: readonly number[]): number => {
  const last = lastTenth(losses);
  return last.reduce((a, b) => a + b, 0) / last.length;
};

/** How a contender did on a problem with its best learning rate. */
export interface Entry {
  readonly contender: string;
  readonly problem: string;
  readonly learningRate: number;
  /** Infinite where it diverged with every rate. */
  readonly result: number;
  readonly losses: readonly number[];
  readonly test?: number;
  /** Every rate that was tried, and what it came to. */
  readonly tried: readonly (readonly [learningRate: number, result: number])[];
}

/** Rates of the first round: every decade. The second round tries half a decade to both sides of the best. */
const decades = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];

/** Tunes a contender's learning rate on a problem: every run starts from the same parameters and sees the same batches. */
export const race = async (problem: Problem, { name, make }: Contender): Promise<Entry> => {
  let rate = 0;
  const course = await problem.open(make({ learningRate: () => rate }));
  const restore = course.trainer.snapshot();
  const tried: [number, number][] = [];
  let best: Pick<Entry, "learningRate" | "result" | "losses" | "test"> = {
    learningRate: Number.NaN,
    result: Number.POSITIVE_INFINITY,
    losses: [],
  };
  const attempt = async (learningRate: number): Promise<void> => {
    rate = learningRate;
    restore();
    const losses: number[] = [];
    try {
      for (let step = 0; step <= problem.steps; step++) {
        losses.push(await course.step({ step, steps: problem.steps + 1, stepsPerEpoch: problem.steps + 1 }));
      }
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      losses.push(Number.POSITIVE_INFINITY);
    }
    const result = course.result(losses);
    tried.push([learningRate, result]);
    if (!(result < best.result)) return;
    const test = course.test && (await course.test());
    best = { learningRate, result, losses, ...(test === undefined ? {} : { test }) };
  };
  try {
    for (const learningRate of decades) await attempt(learningRate);
    const centre = best.learningRate;
    if (Number.isFinite(centre)) for (const factor of [10 ** -0.5, 10 ** 0.5]) await attempt(centre * factor);
  } finally {
    await course.trainer.release();
  }
  return { contender: name, problem: problem.name, ...best, tried };
};
