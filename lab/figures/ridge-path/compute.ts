import {
  chosenStrengthClaim,
  curve,
  errorsAlongClaim,
  fallingNormClaim,
  fine,
  noise,
  noisyQuadratic,
  polynomialExamples,
  ridgeAlong,
  truth,
} from "steepest/claims";
import type { Computed } from "../../parts/definition.js";
import { type State, strengths } from "./state.js";

export interface Result extends Computed {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** log₁₀ of each λ of the path. */
  readonly exponents: readonly number[];
  /** Weights of x, x², … for each λ. */
  readonly weights: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
  readonly norms: readonly number[];
  readonly train: readonly number[];
  /** Expected squared error of a new example. */
  readonly test: readonly number[];
  /** Standard deviation of the targets' noise. */
  readonly noise: number;
  /** Which λ is shown, which one cross-validation chose, and which is best. */
  readonly shown: number;
  readonly chosen: number;
  readonly best: number;
  /** The fit that is shown and the truth, across the inputs. */
  readonly x: readonly number[];
  readonly fit: readonly number[];
  readonly truth: readonly number[];
}

const count = Math.round((strengths.most - strengths.least) / strengths.step) + 1;

/** Enough positions to draw. */
const drawn = fine.filter((_, i) => i % 4 === 0);

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const points = noisyQuadratic(state.points, state.seed);
  const examples = polynomialExamples(points, state.degree);
  const exponents = Array.from({ length: count }, (_, k) => strengths.least + k / 10);
  const lambdas = exponents.map((exponent) => 10 ** exponent);
  const { path, train, test, chosen } = await ridgeAlong(examples, lambdas, { seed: state.seed, signal });
  const shown = Math.round((state.strength - strengths.least) * 10);
  const fit = path[shown];
  if (fit === undefined) throw new Error(`log₁₀ λ is ${state.strength}; expected a number from -10 to 4`);
  return {
    points: Array.from(points.x, (x, i) => [x, points.y[i] ?? Number.NaN] as const),
    exponents,
    weights: path.map(({ weights }) => [...weights]),
    intercepts: path.map(({ intercept }) => intercept),
    norms: path.map(({ weights }) => Math.hypot(...weights)),
    train,
    test,
    noise,
    shown,
    chosen: lambdas.indexOf(chosen),
    best: test.indexOf(Math.min(...test)),
    x: [...drawn],
    fit: [...curve(fit, drawn)],
    truth: Array.from(drawn, truth),
    claims: [
      fallingNormClaim(path),
      errorsAlongClaim({ lambdas, train, test }),
      chosenStrengthClaim({ lambdas, train, test }, chosen),
    ],
  };
};
