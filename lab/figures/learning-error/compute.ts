import { linearModels, random } from "steepest";
import {
  approximationFallsClaim,
  curve,
  polynomialExamples,
  truth as quadraticTruth,
  tradeOffClaim,
  trainingFallsClaim,
} from "steepest/claims";
import { mean } from "../../../src/statistics.js";
import type { Computed } from "../../parts/definition.js";
import type { Point } from "../../parts/fields.js";
import { degrees, type State } from "./state.js";

export interface Result extends Computed {
  readonly points: readonly Point[];
  readonly x: readonly number[];
  readonly truth: readonly number[];
  readonly fit: readonly number[];
  /** The best polynomial of the degree: f*. */
  readonly best: readonly number[];
  /** Fits to other samples, and their mean. */
  readonly others: readonly (readonly number[])[];
  readonly mean: readonly number[];
  /** For degrees from 0: errors on the points and expected on new ones, and squared distances over many samples. */
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly learning: readonly number[];
  readonly approximation: readonly number[];
}

/** Samples over which the learning error is a mean; some of their fits are drawn. */
const SAMPLES = 16;
const DRAWN = 12;

const truthOf: Readonly<Record<State["truth"], (x: number) => number>> = {
  quadratic: quadraticTruth,
  kink: (x) => 2 * Math.abs(x - 0.3),
  wave: (x) => Math.sin(5 * x),
};

/** Positions across [−1, 1], close enough to draw and to average over. */
const grid = Float64Array.from({ length: 201 }, (_, i) => -1 + i / 100);

interface Sample {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** n noisy points of the truth, evenly spaced on [−1, 1]. */
const sampleOf = ({ truth, n, noise, seed }: State, trial: number): Sample => {
  const draws = random(seed, "learning error", trial);
  const x = Float64Array.from({ length: n }, (_, i) => -1 + (2 * i) / Math.max(1, n - 1));
  return { x, y: x.map((at) => truthOf[truth](at) + noise * draws.normal()) };
};

const squaredDistance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  mean(Float64Array.from(a, (value, i) => (value - (b[i] ?? 0)) ** 2));

/** A polynomial fitted by ridge, on the grid and at the points; of degree 0 the mean. */
const fitted = async (sample: Sample, degree: number, lambda: number) => {
  if (degree === 0) {
    const level = mean(sample.y);
    return { on: grid.map(() => level), at: sample.y.map(() => level) };
  }
  const fit = await linearModels.ridge(polynomialExamples(sample, degree), { lambda });
  return { on: curve(fit, grid), at: curve(fit, sample.x) };
};

/** What the other samples say, which does not change with the reader's own points. */
const overSamples = async (state: State, signal?: AbortSignal) => {
  const truth = grid.map(truthOf[state.truth]);
  const samples = Array.from({ length: SAMPLES }, (_, trial) => sampleOf(state, trial + 1));
  const best: Float64Array[] = [];
  const learning: number[] = [];
  const curves: Float64Array[][] = [];
  for (let degree = 0; degree <= degrees; degree++) {
    signal?.throwIfAborted();
    const { on } = await fitted({ x: grid, y: truth }, degree, 1e-12);
    const all: Float64Array[] = [];
    for (const sample of samples) all.push((await fitted(sample, degree, state.lambda)).on);
    best.push(on);
    curves.push(all);
    learning.push(mean(all.map((fit) => squaredDistance(fit, on))));
  }
  return { best, learning, curves, approximation: best.map((on) => squaredDistance(on, truth)) };
};

let known: { readonly key: string; readonly over: Awaited<ReturnType<typeof overSamples>> } | undefined;

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { truth: name, n, noise, lambda, seed, degree, own } = state;
  const key = [name, n, noise, lambda, seed].join();
  if (known?.key !== key) known = { key, over: await overSamples(state, signal) };
  const { best, learning, curves, approximation } = known.over;
  const sample =
    own.length === 0
      ? sampleOf(state, 0)
      : { x: Float64Array.from(own, ([x]) => x), y: Float64Array.from(own, ([, y]) => y) };
  const truth = grid.map(truthOf[name]);
  const [train, test]: [number[], number[]] = [[], []];
  let fit: Float64Array = grid;
  for (let d = 0; d <= degrees; d++) {
    const { on, at } = await fitted(sample, d, lambda);
    train.push(squaredDistance(at, sample.y));
    test.push(noise ** 2 + squaredDistance(on, truth));
    if (d === degree) fit = on;
  }
  const others = curves[degree] ?? [];
  const distances = learning.map((each, d) => ({
    degree: d,
    learning: each,
    approximation: approximation[d] ?? 0,
  }));
  const [simple, complex] = [distances[1], distances.at(-1)];
  return {
    points: Array.from(sample.x, (x, i): Point => [x, sample.y[i] ?? 0]),
    x: [...grid],
    truth: [...truth],
    fit: [...fit],
    best: [...(best[degree] ?? [])],
    others: others.slice(0, DRAWN).map((each) => [...each]),
    mean: Array.from(grid, (_, i) => mean(others.map((each) => each[i] ?? 0))),
    train,
    test,
    learning,
    approximation,
    claims: [
      trainingFallsClaim({ degrees: train.map((_, d) => d), train, test }),
      approximationFallsClaim(distances),
      ...(simple && complex ? [tradeOffClaim(sample.x.length, simple, complex, distances)] : []),
    ],
  };
};
