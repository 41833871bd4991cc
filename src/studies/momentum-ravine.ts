import { contourMap, type Figure, lineChart, meaning, type Point, panels } from "../figures/index.js";
import { input, sum } from "../graph/index.js";
import { missing } from "../missing.js";
import { gradientDescent, momentum, type Rule } from "../optim/index.js";
import {
  type Objective,
  objective,
  quadraticObjective,
  type Walk,
  type WalkOptions,
  walk,
} from "../theory/index.js";
import {
  bestDescent,
  bestMomentum,
  crossings,
  effectiveRateClaim,
  factorAgrees,
  measuredFactor,
  zigzagClaim,
} from "./claims/momentum.js";
import { logSpaced } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import { symmetricWithEigenvalues } from "./spectrum.js";
import type { Study, StudyContext } from "./study.js";

const condition = 1000;
const target = 1e-6;

/**
 * f(w_t)/f(w_0) for gradient descent with the best rate: both ends of the spectrum shrink by the factor r each step, so
 * f shrinks by r².
 */
const descentGap = (rate: number) => (t: number) => rate ** (2 * t);

/**
 * f(w_t)/f(w_0) for the best momentum, from equal weights at mu and L. There the recurrence's two roots coincide at ±r,
 * and from m = 0 its solutions are (1 + (1 - r)·t)·r^t at mu and (1 + (1 + r)·t)·(-r)^t at L: the factor r in the end, and
 * a transient that grows with t before it.
 */
const momentumGap = (rate: number, mu: number, L: number) => (t: number) =>
  (rate ** (2 * t) * (mu * (1 + (1 - rate) * t) ** 2 + L * (1 + (1 + rate) * t) ** 2)) / (mu + L);

const firstBelow = (gap: (t: number) => number): number => {
  let t = 0;
  while (gap(t) > target) t++;
  return t;
};

/** The step at which f is 1e-6 of its first value, and the factor per step over the second half of the run. */
const measure = async (ravine: Objective, rule: Rule, options: WalkOptions) => {
  const { values } = await walk(ravine, rule, options);
  const first = values[0] ?? missing();
  const gaps = values.map((value) => value / first);
  const steps = gaps.findIndex((gap) => gap <= target);
  return { gaps, steps, rate: measuredFactor({ values }) };
};

/** A quadratic with minimum 0 at the origin, turned at random, and a start with equal weight along every eigenvector. */
const ravineOf = (eigenvalues: readonly number[], seed: number) => {
  const { matrix, vectors } = symmetricWithEigenvalues(eigenvalues, seed);
  const start = vectors.reduce(
    (total, v) => total.map((value, i) => value + (v[i] ?? missing())),
    new Float64Array(eigenvalues.length),
  );
  return { ravine: quadraticObjective(matrix, new Float64Array(eigenvalues.length)), start };
};

/** How far each step moves under the constant gradient 1, once momentum has built up, in units of the learning rate. */
const effectiveRates = async (signal: AbortSignal | undefined) => {
  const w = input("w", [1], "float64");
  const slope = objective({ name: "slope", parameters: w, value: sum(w) });
  const rows = [];
  for (const beta of [0, 0.5, 0.9, 0.95, 0.99]) {
    const rule = momentum({ learningRate: 0.01, beta });
    const { points } = await walk(slope, rule, {
      start: Float64Array.of(0),
      steps: Math.ceil(30 / (1 - beta)),
      signal,
    });
    const [before, after] = points.slice(-2).map((point) => point[0] ?? missing());
    rows.push({ beta, measured: ((before ?? 0) - (after ?? 0)) / 0.01, promised: 1 / (1 - beta) });
  }
  await slope.release();
  return rows;
};

/** The picture's ravine: condition number 25, drawn to scale; the same learning rate with and without momentum. */
const zigzag = async (): Promise<{
  map: Figure;
  plain: Walk;
  heavy: Walk;
}> => {
  const f = (x: number, y: number) => 0.5 * (x * x + 25 * y * y);
  const ravine = quadraticObjective(
    { rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 25) },
    new Float64Array(2),
  );
  const options = { start: Float64Array.of(-9.5, 1.6), steps: 30 };
  const learningRate = 1.9 / 25;
  const plain = await walk(ravine, gradientDescent({ learningRate }), options);
  const heavy = await walk(ravine, momentum({ learningRate: learningRate / 4, beta: 0.75 }), options);
  await ravine.release();
  const path = ({ points }: typeof plain) => points.map(([x = 0, y = 0]): Point => [x, y]);
  const [a, b] = [path(plain), path(heavy)];
  const map = await contourMap({
    title: "30 steps at the same effective rate η/(1 − β)",
    subtitle: "½(x² + 25y²); gradient descent with η = 1.9/L, momentum with η/4 and β = 0.75",
    f,
    xDomain: [-10, 2.5],
    yDomain: [-2.2, 2.2],
    paths: [
      { name: "gradient descent", points: a, colour: meaning.gradientDescent },
      { name: "momentum", points: b, colour: meaning.momentum },
    ],
    x: { label: "x" },
    y: { label: "y" },
    stars: [[0, 0]],
    spacing: "log",
    width: 620,
    height: 420,
  });
  return { map, plain, heavy };
};

const run = async ({ effort, seed, log, signal }: StudyContext) => {
  const [mu, L] = [1, condition];
  const descent = bestDescent(mu, L);
  const heavy = bestMomentum(mu, L);
  const dimensions = { quick: 20, default: 50, full: 200 }[effort];
  const problems = [
    { name: "ravine in the plane", eigenvalues: [L, mu] },
    {
      name: `${dimensions} dimensions, eigenvalues evenly in log λ`,
      eigenvalues: logSpaced(L, mu, dimensions),
    },
  ];
  const rows = [];
  for (const { name, eigenvalues } of problems) {
    log(name);
    const { ravine, start } = ravineOf(eigenvalues, seed);
    const plain = await measure(ravine, descent.rule, { start, steps: 4500, signal });
    const fast = await measure(ravine, heavy.rule, { start, steps: 600, signal });
    await ravine.release();
    rows.push(
      {
        name,
        method: "gradient descent",
        ...plain,
        theory: descent.rate,
        predicted: firstBelow(descentGap(descent.rate)),
      },
      {
        name,
        method: "momentum",
        ...fast,
        theory: heavy.rate,
        predicted: firstBelow(momentumGap(heavy.rate, mu, L)),
      },
    );
  }
  const off = ({ steps, predicted }: { steps: number; predicted: number }) => Math.abs(steps / predicted - 1);
  const [plain, fast] = rows;
  if (plain === undefined || fast === undefined) throw new Error("the ravine was measured twice");
  const effective = await effectiveRates(signal);
  const { map, plain: zigzags, heavy: rolls } = await zigzag();
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const asymptotic = Math.log(target) / (2 * Math.log(heavy.rate));
  const curve = (gaps: readonly number[]): Point[] =>
    gaps.flatMap((gap, t): Point[] => (t > 0 && gap > 1e-9 ? [[t, gap]] : []));
  const theoryCurve = (gap: (t: number) => number, last: number): Point[] =>
    Array.from({ length: last }, (_, t): Point => [t + 1, gap(t + 1)]).filter(([, y]) => y > 1e-9);
  return {
    learned: `At a condition number of ${condition} momentum took ${fast.steps} steps where gradient descent took ${plain.steps}: √κ in place of κ.`,
    claims: [
      {
        claim: "Gradient descent shrinks the error by (κ − 1)/(κ + 1) per step at condition number κ",
        measured: `κ = ${condition}: ${plain.steps} steps to 10⁻⁶ of f(w₀) − f*, theory ${plain.predicted} (${percent(off(plain))} apart); factor ${plain.rate.toFixed(6)} per step, theory ${plain.theory.toFixed(6)}`,
        verdict: judged(off(plain) <= 0.1),
      },
      {
        claim: "Momentum shrinks it by (√κ − 1)/(√κ + 1) per step",
        measured: `${fast.steps} steps to 10⁻⁶, theory ${fast.predicted} (${percent(off(fast))} apart; ${asymptotic.toFixed(0)} without the transient); factor ${fast.rate.toFixed(5)} in the end, theory ${fast.theory.toFixed(5)}; ${(plain.steps / fast.steps).toFixed(1)} times fewer steps than gradient descent here, ${(Math.log(fast.theory) / Math.log(plain.theory)).toFixed(1)} times in the long run`,
        verdict: judged(off(fast) <= 0.1 && factorAgrees(fast.rate, fast.theory)),
      },
      effectiveRateClaim(effective),
      zigzagClaim(zigzags, rolls, 1),
    ],
    tables: [
      {
        title: `Steps to 10⁻⁶ of f(w₀) − f*, condition number ${condition}, best fixed settings`,
        columns: ["problem", "method", "steps", "steps in theory", "factor per step", "factor in theory"],
        rows: rows.map(({ name, method, steps, predicted, rate, theory }) => [
          name,
          method,
          steps,
          predicted,
          rate.toFixed(5),
          theory.toFixed(5),
        ]),
      },
      {
        title: "Distance per step over η under a constant gradient",
        columns: ["β", "measured", "1/(1 − β)"],
        rows: effective.map(({ beta, measured, promised }) => [beta, measured, promised]),
      },
    ],
    figure: panels(
      [
        map,
        await lineChart({
          title: `Condition number ${condition.toLocaleString("en-US")}: measured and theory`,
          series: [
            {
              name: "gradient descent",
              points: curve(plain.gaps),
              colour: meaning.gradientDescent,
              dots: false,
            },
            {
              name: "gradient descent: theory",
              points: theoryCurve(descentGap(descent.rate), 4500),
              wide: true,
              colour: meaning.gradientDescent,
            },
            { name: "momentum", points: curve(fast.gaps), colour: meaning.momentum, dots: false },
            {
              name: "momentum: theory",
              points: theoryCurve(momentumGap(heavy.rate, mu, L), 600),
              wide: true,
              colour: meaning.momentum,
            },
          ],
          rules: [{ y: target }],
          x: { label: "step", type: "log" },
          y: { label: "(f(w) − f*) / (f(w₀) − f*)", type: "log" },
          width: 520,
          height: 420,
        }),
      ],
      { columns: 2 },
    ),
    numbers: {
      condition,
      target,
      rows: rows.map(({ gaps: _gaps, ...row }) => row),
      withoutTransient: asymptotic,
      effective,
      zigzag: {
        crossings: [zigzags, rolls].map(({ points }) => crossings(points, 1)),
        finalValues: [zigzags, rolls].map(({ values }) => values.at(-1) ?? missing()),
      },
    },
    notes: [
      "float64, the rules' own graphs; best settings η = 2/(L + μ), and η = 4/(√L + √μ)², β = ((√κ − 1)/(√κ + 1))² (Polyak 1964)",
      "in the plane the curves of theory are closed forms of the same recurrences that the rules compute, from the same start: that they agree to a step checks the code; what tests the theory is the spectrum of many eigenvalues with a random start",
      "at these settings the error of momentum first grows like t·rᵗ; its theory here includes that transient, exact for a start with equal weight at both ends of the spectrum",
    ],
  };
};

/** Lecture, "Momentum". */
export const momentumRavine: Study = {
  name: "momentum-ravine",
  title: "Momentum in a ravine: steps at condition number 1000, and the zigzag",
  section: "Momentum",
  describe:
    "Runs gradient descent and momentum with their best fixed settings on a quadratic of condition number 1000 until 10⁻⁶ of the start is left, against the rates of theory; measures the effective learning rate; draws the zigzag.",
  run,
};
