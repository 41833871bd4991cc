import { DivergenceError, type TrainingSession } from "../../engine/training/session.js";
import type { Rule, Time } from "../../optim/index.js";
import { mean, standardError } from "../../statistics.js";
import type { Contender } from "./contenders.js";
import { lastTenth, searchRate } from "./search.js";

/** A problem with a rule at the start of it. */
export interface Course {
  /** What is trained, and how to go back to where it was. */
  readonly trained: {
    snapshot(): Promise<{ restore(): Promise<void> }>;
    release(): Promise<void>;
  };
  /** Draws initial weights and batches anew: 0 for those that rates are chosen on, 1, 2, … for those that results are of. */
  readonly draw?: (draw: number) => Promise<void>;
  /** One step; the loss before it. */
  readonly step: (time: Time) => Promise<number>;
  /** What a run came to, from its losses: the lower the better. */
  readonly result: (losses: readonly number[]) => number;
  /** A further measure of the trained parameters, such as a test error in percent. */
  readonly test?: () => Promise<number>;
}

/** Makes a step on the batch written last; the loss before it. */
export const lossOfStep = async (session: TrainingSession, size: number, time: Time): Promise<number> => {
  await session.step(size, time);
  return (await session.scores()).loss;
};

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
  /** Further draws of weights and batches whose mean is the result of a chosen rate; 0 where nothing is random. */
  readonly draws: number;
  readonly open: (rule: Rule) => Promise<Course>;
}

/** The mean loss of the last tenth of a run, for losses of random batches. */
export const meanOfLast = (losses: readonly number[]): number => {
  const last = lastTenth(losses);
  return last.reduce((a, b) => a + b, 0) / last.length;
};

/** How a contender did on a problem with its best learning rate. */
export interface Entry {
  readonly contender: string;
  readonly problem: string;
  /** The best of those tried; NaN where it diverged with every one. */
  readonly learningRate: number;
  /** With that rate, the mean over the problem's draws; infinite where one diverged. */
  readonly result: number;
  /** The result's standard error, where it is a mean. */
  readonly deviation?: number;
  /** Of the first run that counts. */
  readonly losses: readonly number[];
  /** Mean over the draws. */
  readonly test?: number;
  /** Every rate that was tried, and what it came to. */
  readonly tried: readonly (readonly [learningRate: number, result: number])[];
}

/** Tunes a contender's learning rate on a problem: every run starts from the same parameters and sees the same batches. Ends by throwing the signal's reason. */
export const race = async (
  problem: Problem,
  { name, make }: Contender,
  signal?: AbortSignal,
): Promise<Entry> => {
  let rate = 0;
  const course = await problem.open(make({ learningRate: () => rate }));
  const start = await course.trained.snapshot();
  const run = async (learningRate: number, draw: number) => {
    rate = learningRate;
    await start.restore();
    await course.draw?.(draw);
    const losses: number[] = [];
    try {
      for (let step = 0; step <= problem.steps; step++) {
        signal?.throwIfAborted();
        losses.push(await course.step({ step, steps: problem.steps + 1, stepsPerEpoch: problem.steps + 1 }));
      }
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      losses.push(Number.POSITIVE_INFINITY);
    }
    return { learningRate, result: course.result(losses), losses };
  };
  try {
    const { chosen, tried } = await searchRate((learningRate) => run(learningRate, 0));
    const worked = Number.isFinite(chosen.result);
    const draws = worked ? problem.draws : 0;
    const tests: number[] = [];
    const counted = draws === 0 ? [chosen] : [];
    for (let draw = 1; draw <= draws; draw++) {
      counted.push(await run(chosen.learningRate, draw));
      if (course.test) tests.push(await course.test());
    }
    const results = counted.map(({ result }) => result);
    return {
      contender: name,
      problem: problem.name,
      learningRate: worked ? chosen.learningRate : Number.NaN,
      result: mean(results),
      ...(results.length > 1 ? { deviation: standardError(results) } : {}),
      losses: counted[0]?.losses ?? [],
      ...(tests.length > 0 ? { test: mean(tests) } : {}),
      tried: tried.map((each) => [each.learningRate, each.result] as const),
    };
  } finally {
    await course.trained.release();
  }
};
