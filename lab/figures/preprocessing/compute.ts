import { take, theory, wasm } from "steepest";
import {
  conditionClaim,
  descent,
  fewerStepsClaim,
  linearProblem,
  type Spread,
  type StageRun,
  stages,
  standardisedClaim,
  stepsText,
  tabular,
  transformed,
} from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import type { State } from "./state.js";

type Domain = readonly [number, number];

export interface Stage extends StageRun {
  readonly eta: number;
  /** Steps to 10⁻⁶ of the start, in words where there were more. */
  readonly taken: string;
  /** Both features of every example, of the part that was fitted on and of one that was not. */
  readonly train: readonly (readonly number[])[];
  readonly test: readonly (readonly number[])[];
  /** w_t − w* along the flattest direction of the Hessian and along its steepest. */
  readonly path: readonly (readonly number[])[];
  readonly window: { readonly flat: Domain; readonly steep: Domain };
  /** Of f in the plane of these two. */
  readonly contours: Contours;
}

export interface Result extends Computed {
  readonly stages: readonly Stage[];
}

/** Cells along each side of a small picture, between which its lines are straight. */
const GRID = 32;

/** The mean of the target, which a bias has to learn. */
const LEVEL = 4;

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, j) => sum + x * (b[j] ?? 0), 0);

/** A path towards w* in the plane of two directions, turned so that it begins at the upper left. */
const seenFrom = (path: readonly Float64Array[], flat: Float64Array, steep: Float64Array): number[][] => {
  const start = path[0] ?? flat;
  const [left, up] = [dot(start, flat) > 0 ? -1 : 1, dot(start, steep) < 0 ? -1 : 1];
  return path.map((away) => [left * dot(away, flat), up * dot(away, steep)]);
};

/** As wide as high, around the start and the minimum. */
const windowOf = ([x = 0, y = 0]: readonly number[]): Stage["window"] => {
  const side = Math.max(Math.abs(x), Math.abs(y) / 0.6, 1e-9);
  return { flat: [-1.15 * side, 0.35 * side], steep: [-0.75 * side, 0.75 * side] };
};

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { examples, steps, seed } = state;
  const engine = wasm({ threads: 1 });
  const spread: Spread = {
    means: state.mean,
    scales: state.spread,
    shared: Math.sqrt(state.correlation),
    level: LEVEL,
  };
  const all = tabular(2 * examples, seed, "train", spread);
  const train = take(all, examples);

  const stageOf = async ({ name, kind }: (typeof stages)[number]): Promise<Stage> => {
    const rows = await transformed(kind, train, all, engine);
    const fitted = rows.slice(0, examples);
    const problem = await linearProblem(fitted, train);
    const { X, minimiser, condition, eta } = problem;
    const { points, gap } = await descent(problem, { steps, signal });
    const { largest, smallest } = await theory.lanczos(theory.products(X).gram);
    const away = points.map((w) => w.map((value, j) => value - (minimiser[j] ?? 0)));
    const path = seenFrom(away, smallest.vector(), largest.vector());
    const window = windowOf(path[0] ?? []);
    const f = (x: number, y: number) => (smallest.value * x * x + largest.value * y * y) / 2;
    const values = gridOf(f, window.flat, window.steep, GRID, GRID);
    return {
      name,
      condition,
      eta,
      gap,
      taken: stepsText({ gap }),
      train: fitted.map((row) => [...row]),
      test: rows.slice(examples).map((row) => [...row]),
      path,
      window,
      contours: contourLines(values, GRID, GRID, levelsOf(values, 8, 2.5)),
    };
  };
  const measured: Stage[] = [];
  for (const stage of stages) measured.push(await stageOf(stage));
  const standardised = measured.find(({ name }) => name === "standardised");
  return {
    stages: measured,
    claims: [
      conditionClaim(measured),
      fewerStepsClaim(measured),
      standardisedClaim(standardised?.train ?? [], standardised?.test ?? []),
    ],
  };
};
