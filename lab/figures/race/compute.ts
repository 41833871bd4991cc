import { type Rule, random, theory } from "steepest";
import { contenders, raceClaims, searchRate, settledLoss } from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import { objectiveOfXY, valuesAt } from "../objectives.js";
import { landscapeOf } from "./landscapes.js";
import { type RuleName, ratesOf, rules, type State, textOf } from "./state.js";

export interface Runner {
  readonly rule: RuleName;
  readonly learningRate: number;
  /** Whether the rate was found by the search. */
  readonly isTuned: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly values: readonly number[];
  /** The highest f − f* of the last tenth of the steps; infinite where it diverged. */
  readonly result: number;
}

export interface Result extends Computed {
  readonly runners: readonly Runner[];
  /** f*; the least value that was met where it is not known. */
  readonly least: number;
  readonly contours: Contours;
}

const maps = new Map<string, Contours>();

const contoursOf = async (text: string, state: State, f: theory.Objective): Promise<Contours> => {
  const known = maps.get(text);
  if (known !== undefined) return known;
  const { x, y, power } = landscapeOf(state.landscape);
  const [columns, rows] = [72, 60];
  const places = Array.from({ length: columns * rows }, (_, i) =>
    Float64Array.of(
      x[0] + (((i % columns) + 0.5) / columns) * (x[1] - x[0]),
      y[0] + ((Math.floor(i / columns) + 0.5) / rows) * (y[1] - y[0]),
    ),
  );
  const values = await valuesAt(f, places);
  const contours = contourLines(values, columns, rows, levelsOf(values, 14, power));
  if (maps.size > 20) maps.clear();
  maps.set(text, contours);
  return contours;
};

/** Searches that were made, so that what is only looked at anew is not searched anew. */
const searched = new Map<string, Runner>();

const disturbedBy =
  ({ noise, seed }: State) =>
  (gradient: Float64Array, step: number): Float64Array => {
    const draws = random(seed, "race noise", step);
    return gradient.map((value) => value + noise * draws.normal());
  };

const makerOf = (name: RuleName): ((learningRate: number) => Rule) => {
  const contender = contenders.find((each) => each.name === rules[name].label);
  if (contender === undefined) throw new Error(`the library has no rule "${rules[name].label}"`);
  return (learningRate) => contender.make({ learningRate });
};

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const text = textOf(state);
  const f = objectiveOfXY(text);
  const { least, study, convex } = landscapeOf(state.landscape);
  const given = ratesOf(state);
  const start = Float64Array.from(state.start);
  const options = {
    start,
    steps: state.steps,
    signal,
    ...(state.noise > 0 ? { disturb: disturbedBy(state) } : {}),
  };
  const runners: Runner[] = [];
  for (const rule of state.rules) {
    const make = makerOf(rule);
    const attempt = async (learningRate: number): Promise<Runner> => {
      const { points, values, diverged } = await theory.walk(f, make(learningRate), options);
      const losses = values.map((value) => value - (least ?? 0));
      const result = settledLoss(diverged ? [...losses, Number.POSITIVE_INFINITY] : losses);
      return {
        rule,
        learningRate,
        isTuned: !given.has(rule),
        points: points.map(([x = 0, y = 0]) => [x, y] as const),
        values,
        result,
      };
    };
    const own = given.get(rule);
    const key = JSON.stringify([text, rule, state.start, state.steps, state.noise, state.seed]);
    const runner =
      own !== undefined ? await attempt(own) : (searched.get(key) ?? (await searchRate(attempt)).chosen);
    if (own === undefined) searched.set(key, runner);
    if (searched.size > 500) searched.clear();
    runners.push(runner);
  }
  const met = Math.min(...runners.flatMap(({ values }) => Math.min(...values)));
  const problem = { name: study ?? state.landscape, convex, vectorsOnly: true };
  const entries = runners.map(({ rule, learningRate, result }) => ({
    contender: rules[rule].label,
    problem: problem.name,
    learningRate,
    // Below this nobody is ahead: the study's float32 cannot tell either.
    result: Math.max(result, 1e-10),
    losses: [],
    tried: [],
  }));
  return {
    runners,
    least: least ?? met,
    contours: await contoursOf(text, state, f),
    claims: raceClaims([problem], entries),
  };
};
