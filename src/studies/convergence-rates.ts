import { lowest } from "../extremes.js";
import { type Figure, lineChart, meaning, type Point, palette, panels } from "../figures/index.js";
import { missing } from "../missing.js";
import {
  certify,
  type DescentRun,
  descend,
  iterationsTo,
  leastSquaresMinimiser,
  leastSquaresObjective,
  linearBound,
  type Matrix,
  rateBound,
  smoothnessConstant,
  strongConvexityConstant,
  suboptimality,
} from "../theory/index.js";
import { boundColours } from "../theory/picture.js";
import { powerLaw } from "./power-law.js";
import { logSpaced } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import { matrixWithSingularValues } from "./spectrum.js";
import type { Study, StudyContext } from "./study.js";

const rows = 120;
const columns = 80;

/**
 * `y = Xw` for a solution w with nearly the same weight, λ^0.05, in the direction of every eigenvalue λ: however many
 * iterations were made, some direction is just being learned, which is the hard case of the O(1/T) bound.
 */
const targets = (X: Matrix, eigenvalues: readonly number[], right: readonly Float64Array[]): Float64Array => {
  const w = right.reduce(
    (total, v, k) =>
      total.map((value, j) => value + (eigenvalues[k] ?? missing()) ** 0.05 * (v[j] ?? missing())),
    new Float64Array(X.columns),
  );
  return Float64Array.from({ length: X.rows }, (_, i) =>
    w.reduce((total, wj, j) => total + wj * (X.values[i * X.columns + j] ?? missing()), 0),
  );
};

/** Gradient descent with eta = 1/L on `½‖y - Xw‖²`, X of the given non-zero eigenvalues of XᵀX. */
const regress = async (eigenvalues: readonly number[], steps: number, { seed, signal }: StudyContext) => {
  const { matrix: X, right } = matrixWithSingularValues(rows, columns, eigenvalues.map(Math.sqrt), seed);
  const y = targets(X, eigenvalues, right);
  const objective = leastSquaresObjective(X, y);
  try {
    const smooth = await smoothnessConstant(objective);
    const strong = await strongConvexityConstant(objective);
    const [L, mu] = [smooth.value, strong.value];
    const minimiser = await leastSquaresMinimiser(X, y);
    const run = await descend(objective, { eta: 1 / L, steps, minimiser, signal });
    const certificate = certify(run, { L: smooth, mu: strong });
    const start = suboptimality(run)[0] ?? missing();
    const epsilons = Array.from({ length: 12 }, (_, k) => start * 10 ** (-(k + 1) / 2));
    const iterations = epsilons.map((epsilon) => iterationsTo(run, epsilon, mu));
    return { L, mu, run, certificate, start, iterations };
  } finally {
    await objective.release();
  }
};

type Regression = Awaited<ReturnType<typeof regress>>;

/** Steps 1 … last, evenly spaced in their logarithm. */
const times = (run: DescentRun): number[] => [
  ...new Set(Array.from({ length: 300 }, (_, i) => Math.round(run.steps ** (i / 299)))),
];

const curve = (run: DescentRun, value: (t: number) => number): Point[] =>
  times(run).map((t) => [t, value(t)]);

const gapChart = ({ run, mu, start }: Regression, title: string, subtitle: string): Promise<Figure> => {
  const gap = suboptimality(run);
  const visible = (points: Point[]) => points.filter(([, y]) => y > 1e-12 * start);
  return lineChart({
    title,
    subtitle,
    series: [
      {
        name: "measured",
        points: visible(curve(run, (t) => gap[t] ?? missing())),
        dots: false,
        colour: meaning.gradientDescent,
      },
      {
        name: "‖w₀ − w*‖² / 2ηt",
        points: curve(run, (t) => rateBound(run, t)),
        dash: "dashed" as const,
        colour: boundColours.sublinear,
      },
      ...(mu > 0
        ? [
            {
              name: "(1 − ημ)ᵗ · (f(w₀) − f(w*))",
              points: visible(curve(run, (t) => linearBound(run, mu, t))),
              dash: "long" as const,
              colour: boundColours.linear,
            },
          ]
        : []),
    ],
    x: { label: "iteration t", type: "log" },
    y: { label: "f(w) − f(w*)", type: "log" },
    width: 450,
    height: 420,
  });
};

const run = async (context: StudyContext) => {
  const { effort, log } = context;
  const steps = { quick: 10_000, default: 50_000, full: 300_000 }[effort];
  log(`${steps} iterations on a rank-deficient and on a full-rank regression`);
  const flat = await regress(logSpaced(1, 1e-7, columns - 20), steps, context);
  const sharp = await regress(logSpaced(1, 1e-2, columns), Math.min(steps, 3000), context);

  const reached = (each: Regression) =>
    each.iterations.filter(({ measured }) => measured !== undefined && measured >= 10);
  const iterationPoints = (each: Regression): Point[] =>
    reached(each).map(({ epsilon, measured }) => [each.start / epsilon, measured ?? 0]);
  const sublinear = powerLaw(iterationPoints(flat));
  const gap = suboptimality(flat.run);
  const slope = powerLaw(
    times(flat.run).flatMap((t) => (t >= 10 ? [[t, gap[t] ?? missing()] as const] : [])),
  );
  const late = reached(sharp);
  const decades = late.map(({ epsilon }) => Math.log10(sharp.start / epsilon));
  const between = (late.at(-1)?.measured ?? 0) - (late[0]?.measured ?? 0);
  const perDecade = between / ((decades.at(-1) ?? 1) - (decades[0] ?? missing()));
  const promised = Math.LN10 / -Math.log1p(-sharp.run.eta * sharp.mu);
  // Along the flattest direction alone f shrinks by (1 - eta·mu)² per step, half of what the bound asks for.
  const exact = promised / 2;

  // An ε that was not reached is within its bound as far as the run went.
  const within = ({ iterations, run }: Regression) =>
    iterations.every(
      ({ measured = run.steps + 1, bound, linearBound = bound }) => Math.min(bound, linearBound) >= measured,
    );
  const counted = flat.iterations.filter(({ measured }) => measured !== undefined).length;
  const closest = lowest(times(flat.run).map((t) => rateBound(flat.run, t) / (gap[t] ?? missing())));
  const checked = flat.run.steps + sharp.run.steps;
  const violations = [flat, sharp].flatMap(({ certificate }) =>
    certificate.inequalities.map((each) => each.violations),
  );

  return {
    learned: `Gradient descent kept every promise: without strong convexity an error ε took iterations that grew like (1/ε)^${sublinear.exponent.toFixed(2)}, with it ${perDecade.toFixed(0)} more for each further decade.`,
    claims: [
      {
        claim: "f(w_T) − f(w*) ≤ ‖w₀ − w*‖²/(2ηT) for convex, L-smooth f and η = 1/L",
        measured: `${checked} iterations on two problems, ${violations.reduce((a, b) => a + b, 0)} violations; the bound is ${closest.toFixed(1)} times the measured value of the convex problem where it is closest`,
        verdict: judged([flat, sharp].every(({ certificate }) => certificate.holds)),
      },
      {
        claim: "An error of ε takes O(L/ε) iterations, and never more than L·‖w₀ − w*‖²/(2ε)",
        measured: `without strong convexity the iterations grew like (1/ε)^${sublinear.exponent.toFixed(2)} and f − f* fell like T^${slope.exponent.toFixed(2)}; ${counted} of ${flat.iterations.length} values of ε were reached, ${within(flat) ? "each within its bound" : "not all within their bounds"}. The promise 1/T is a ceiling, not a slope: f − f* may fall more slowly for a while, as over a short run, where it starts far below the ceiling`,
        verdict: judged(sublinear.exponent <= 1.05 && within(flat)),
      },
      {
        claim: "Where λ_min(XᵀX) > 0 only O(log 1/ε) iterations are needed",
        measured: `each further decade of ε took ${perDecade.toFixed(1)} iterations; 1 − ημ promises at most ${promised.toFixed(1)}, and exactly ${exact.toFixed(1)} in the end`,
        verdict: judged(perDecade <= promised && within(sharp)),
      },
    ],
    tables: [
      ...(
        [
          ["Rank-deficient: λ from 1 down to 10⁻⁷ and 20 zeros", flat],
          ["Full rank: λ from 1 down to 10⁻²", sharp],
        ] as const
      ).map(([title, each]) => ({
        title: `${title}; iterations until f − f* ≤ ε·(f(w₀) − f*)`,
        columns: ["ε", "measured", "L‖w₀ − w*‖²/2ε", ...(each.mu > 0 ? ["log(1/ε) bound"] : [])],
        rows: each.iterations.map(({ epsilon, measured, bound, linearBound }) => [
          (epsilon / each.start).toExponential(1),
          measured ?? "–",
          bound,
          ...(linearBound === undefined ? [] : [linearBound]),
        ]),
      })),
    ],
    figure: panels(
      [
        await gapChart(flat, "Convex only: O(1/t)", "rank-deficient X, eigenvalues down to 10⁻⁷"),
        await gapChart(sharp, "Strongly convex: linear rate", "full-rank X, condition number 100"),
        await lineChart({
          title: "Iterations to an error of ε",
          subtitle: "a power of 1/ε against its logarithm",
          series: [
            { name: "convex", points: iterationPoints(flat), colour: meaning.gradientDescent },
            { name: "strongly convex", points: iterationPoints(sharp), colour: palette[2] },
            {
              name: "L‖w₀ − w*‖² / 2ε",
              points: flat.iterations.map(({ epsilon, bound }): Point => [flat.start / epsilon, bound]),
              dash: "dashed",
              colour: boundColours.sublinear,
            },
          ],
          x: { label: "1/ε, relative to the start", type: "log" },
          y: { label: "iterations", type: "log" },
          width: 450,
          height: 420,
        }),
      ],
      { columns: 3 },
    ),
    numbers: {
      convex: {
        L: flat.L,
        mu: flat.mu,
        eta: flat.run.eta,
        steps: flat.run.steps,
        exponentOfIterations: sublinear,
        exponentOfGap: slope,
        iterations: flat.iterations,
      },
      stronglyConvex: {
        L: sharp.L,
        mu: sharp.mu,
        eta: sharp.run.eta,
        steps: sharp.run.steps,
        iterationsPerDecade: perDecade,
        promised,
        iterations: sharp.iterations,
      },
    },
    notes: [
      "gradient descent in float64 from the origin; w* is the minimiser closest to it",
      "with finitely many eigenvalues f − f* ends in a linear rate even where X is rank-deficient; the eigenvalues here reach so far down that these iterations do not get there",
    ],
  };
};

/** Lecture, "Step II: Convergence Rate" and "GD for Linear regression". */
export const convergenceRates: Study = {
  name: "convergence-rates",
  title: "Convergence rates of gradient descent: O(1/T), and linear under strong convexity",
  section: "GD for Convex Functions, Step II: Convergence Rate; GD for Linear regression",
  describe:
    "Runs gradient descent with η = 1/λ_max(XᵀX) on a rank-deficient and on a full-rank least-squares problem, lays the lecture's bounds over the measured curves, and counts the iterations needed for an error of ε.",
  run,
};
