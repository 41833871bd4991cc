import { type Figure, lineChart, meaning, type Point, palette, panels } from "../figures/index.js";
import { type Examples, leastSquares, meanSquaredResidual } from "../linear/index.js";
import { trainingFallsClaim } from "./claims/learning-theory.js";
import {
  curve,
  expectedError,
  fine,
  noise,
  noisyQuadratic,
  type Points,
  polynomialExamples,
  truth,
} from "./shared/quadratic.js";
import { quantile, short } from "./shared/statistics.js";
import { turn } from "./shared/turn.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study } from "./study.js";

/** The lecture's number of points. */
const N = 21;
const DEGREES = Array.from({ length: 20 }, (_, i) => i + 1);

const resamplesOf: Record<Effort, number> = { quick: 40, default: 300, full: 3000 };

const fitDegree = async (examples: Examples, degree: number) => {
  const fit = await leastSquares(examples);
  return { degree, fit, train: meanSquaredResidual(fit, examples), test: expectedError(fit) };
};

/** Errors of one degree over many samples of 21 points. */
interface Spread {
  readonly degree: number;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

const zip = (x: ArrayLike<number>, y: ArrayLike<number>): Point[] =>
  Array.from(x, (value, i): Point => [value, y[i] ?? Number.NaN]);

const draw = async (points: Points, spreads: readonly Spread[]): Promise<Figure> => {
  const names = new Map([
    [1, "approximation error dominates"],
    [2, "balance"],
    [20, "learning error dominates"],
  ]);
  const fits = [];
  for (const [degree, name] of names) {
    const { fit } = await fitDegree(polynomialExamples(points, degree), degree);
    fits.push(
      await lineChart({
        title: `d = ${degree}`,
        subtitle: name,
        width: 330,
        height: 330,
        x: { label: "x", domain: [-1.06, 1.06] },
        y: { domain: [-2, 2.5] },
        series: [
          { name: "truth", points: zip(fine, fine.map(truth)), dash: "dashed", colour: "currentColor" },
          { name: "fit", points: zip(fine, curve(fit, fine)), colour: palette[0] },
        ],
        dots: { name: "21 points", points: zip(points.x, points.y), colour: meaning.training },
      }),
    );
  }
  const line = (name: "train" | "test", share: number): Point[] =>
    spreads.map((spread): Point => [spread.degree, quantile(spread[name], share)]);
  const band = (name: "train" | "test") =>
    spreads.map(
      (spread) => [spread.degree, quantile(spread[name], 0.1), quantile(spread[name], 0.9)] as const,
    );
  const sweep = await lineChart({
    title: "Vary d: error on the 21 points and on new ones",
    subtitle: `median and 10 to 90 % of ${spreads[0]?.test.length} samples`,
    width: 990,
    height: 400,
    x: { label: "degree d", whole: true },
    y: { label: "mean squared error", type: "log", domain: [1e-4, 1e6] },
    series: [
      // The interpolating polynomial's error on its own points is rounding alone; the axis ends above it.
      {
        name: "training",
        points: line("train", 0.5),
        band: band("train").filter(([, low]) => low > 1e-6),
        colour: meaning.training,
      },
      { name: "test", points: line("test", 0.5), band: band("test"), colour: meaning.test },
    ],
    rules: [
      { y: noise ** 2, label: "noise: no predictor is better" },
      { x: 2, label: "the true degree" },
    ],
  });
  return panels([...fits, sweep], { columns: [3, 1] });
};

/** Row 15 of the lecture: 21 points of a noisy quadratic and polynomials of degree d through them. */
export const polynomialDegree: Study = {
  name: "polynomial-degree",
  title: "Polynomials of degree 1, 2 and 20 through 21 points",
  section: "An Illustration; Vary d",
  describe:
    "Fits f_d(x) = [1, x, …, x^d]·w by least squares to 21 points of a noisy quadratic for d = 1, 2 and 20, and compares the error on these points with the expected error on new ones over all d, for many samples.",
  run: async ({ effort, seed, signal }) => {
    const resamples = resamplesOf[effort];
    const spreads: Spread[] = [];
    for (const degree of DEGREES) {
      await turn(signal);
      const { X, n, d } = polynomialExamples(noisyQuadratic(N, seed), degree);
      const all = [];
      for (let trial = 0; trial < resamples; trial++)
        all.push(await fitDegree({ X, n, d, y: noisyQuadratic(N, seed + trial).y }, degree));
      spreads.push({ degree, train: all.map(({ train }) => train), test: all.map(({ test }) => test) });
    }
    const medianOf = (degree: number, name: "train" | "test") =>
      quantile(spreads.find((spread) => spread.degree === degree)?.[name] ?? [], 0.5);
    const best = spreads.reduce((a, b) => (quantile(a.test, 0.5) <= quantile(b.test, 0.5) ? a : b)).degree;
    return {
      learned: `Through 21 points of a quadratic, degree ${best} predicts best (test error ${short(medianOf(best, "test"))}); degree 20 leaves no training error and a test error of ${short(medianOf(20, "test"))}.`,
      claims: [
        {
          claim: "d = 1: the approximation error dominates",
          measured: `even with many points a line cannot do better than ${short(noise ** 2 + 1.5 ** 2 * (4 / 45))}; with 21 its test error is ${short(medianOf(1, "test"))}, of which the noise is ${short(noise ** 2)}`,
          verdict: judged(
            noise ** 2 + 1.5 ** 2 * (4 / 45) - noise ** 2 > (medianOf(1, "test") - noise ** 2) / 2,
          ),
        },
        {
          claim: "d = 2 balances learning and approximation error",
          measured: `the median test error over ${resamples} samples is least at d = ${best}: ${short(medianOf(best, "test"))}`,
          verdict: judged(best === 2),
        },
        {
          claim: "d = 20: the learning error dominates",
          measured: `20 degrees pass through all 21 points (train error ${short(medianOf(20, "train"))}) with a test error of ${short(medianOf(20, "test"))}, ${short(medianOf(20, "test") / medianOf(2, "test"))} times that of d = 2`,
          verdict: judged(medianOf(20, "test") > 10 * medianOf(2, "test") && medianOf(20, "train") < 1e-6),
        },
        trainingFallsClaim({
          degrees: spreads.map(({ degree }) => degree),
          train: spreads.map((spread) => quantile(spread.train, 0.5)),
          test: spreads.map((spread) => quantile(spread.test, 0.5)),
        }),
      ],
      tables: [
        {
          title: `Mean squared error, median of ${resamples} samples of ${N} points`,
          columns: ["degree", "train", "test"],
          rows: [1, 2, 3, 5, 8, 10, 14, 17, 20].map((d) => [
            d,
            short(medianOf(d, "train")),
            short(medianOf(d, "test")),
          ]),
        },
      ],
      figure: await draw(noisyQuadratic(N, seed), spreads),
      numbers: {
        degrees: spreads.map(({ degree, train, test }) => ({
          degree,
          train: [0.1, 0.5, 0.9].map((share) => quantile(train, share)),
          test: [0.1, 0.5, 0.9].map((share) => quantile(test, share)),
        })),
        best,
        resamples,
        noise,
      },
      notes: [
        `y = −0.5 + 0.5x + 1.5x² + N(0, ${noise}²), x evenly spaced on [−1, 1]; new examples have x uniform there. The test error is exact but for the integral over x (801 positions).`,
        "At d = 1 the error on the 21 points is above that on new ones: evenly spaced points with both ends among them weigh the ends, where a line is furthest from the curve, more than x uniform does.",
      ],
    };
  },
};
