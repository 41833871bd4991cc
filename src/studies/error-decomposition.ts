import { type Figure, lineChart, orderedColour, type Point, panels } from "../figures/index.js";
import { type Examples, leastSquares } from "../linear/index.js";
import { missing } from "../missing.js";
import { random } from "../random/random.js";
import { mean } from "../statistics.js";
import { approximationFallsClaim, tradeOffClaim } from "./claims/learning-theory.js";
import { powerLaw } from "./power-law.js";
import { logSpaced, short } from "./shared/statistics.js";
import { turn } from "./shared/turn.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

/** Standard deviation of the noise ε in y = f_Bayes(x) + ε. */
const NOISE = 0.5;

/** The best predictor there is, E[y | x]. Its kink keeps every polynomial at a distance. */
const bayes = (x: number): number => 2 * Math.abs(x - 0.3);

/**
 * Features of degree 0 … d that span the lecture's [1, x, …, x^d]: √2·T_k(x), T_0 = 1, T_{k+1} = 2x·T_k − T_{k−1}. They are orthonormal under
 * the distribution of x below, so that distances between functions are distances between weights.
 */
const writeFeatures = (x: number, d: number, into: Float64Array, at: number): void => {
  let [previous, current] = [x, 1];
  for (let k = 0; k <= d; k++) {
    into[at + k] = k === 0 ? 1 : Math.SQRT2 * current;
    [previous, current] = [current, 2 * x * current - previous];
  }
};

/** n examples of the known distribution: x = cos πu with u uniform on [0, 1), y = f_Bayes(x) + N(0, NOISE²). */
const sample = (n: number, degree: number, seed: number, trial: number): Examples => {
  const draws = random(seed, `error decomposition ${n} ${degree}`, trial);
  const d = degree + 1;
  const X = new Float64Array(n * d);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x = Math.cos(Math.PI * draws.uniform());
    writeFeatures(x, degree, X, i * d);
    y[i] = bayes(x) + NOISE * draws.normal();
  }
  return { X, y, n, d };
};

/** Weights of f*, the best polynomial, and E[f_Bayes²]: expectations as means over Chebyshev's nodes. */
const bestWeights = (degree: number) => {
  const nodes = Array.from({ length: 20_000 }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / 20_000));
  const weights = new Float64Array(degree + 1);
  const phi = new Float64Array(degree + 1);
  for (const x of nodes) {
    writeFeatures(x, degree, phi, 0);
    for (const k of phi.keys())
      weights[k] = (weights[k] ?? missing()) + ((phi[k] ?? missing()) * bayes(x)) / nodes.length;
  }
  return { weights, power: mean(nodes.map((x) => bayes(x) ** 2)) };
};

/** Both parts of E(f̂ − f_Bayes)² = E(f̂ − f*)² + E(f* − f_Bayes)², exact since f* is a projection. */
interface Parts {
  readonly n: number;
  readonly degree: number;
  /** Mean over the resamples of E(f̂ − f*)². */
  readonly learning: number;
  /** E(f* − f_Bayes)². */
  readonly approximation: number;
}

const decompose = async (
  n: number,
  degree: number,
  {
    best,
    resamples,
    seed,
    signal,
  }: {
    best: ReturnType<typeof bestWeights>;
    resamples: number;
    seed: number;
    signal: AbortSignal | undefined;
  },
): Promise<Parts> => {
  // Orthonormal features: the best polynomial of a lower degree has the same weights, without the last.
  const weights = best.weights.subarray(0, degree + 1);
  await turn(signal);
  const distances: number[] = [];
  for (let trial = 0; trial < resamples; trial++) {
    const fit = await leastSquares(sample(n, degree, seed, trial), { intercept: false });
    distances.push(fit.weights.reduce((sum, w, k) => sum + (w - (weights[k] ?? missing())) ** 2, 0));
  }
  const approximation = best.power - weights.reduce((sum, w) => sum + w * w, 0);
  return { n, degree, learning: mean(distances), approximation };
};

export interface Settings {
  /** Samples drawn for each degree and n. */
  readonly resamples: number;
  /** The highest degree. */
  readonly degrees: number;
  /** The largest n. */
  readonly largest: number;
}

const settings: Record<Effort, Settings> = {
  quick: { resamples: 50, degrees: 24, largest: 1600 },
  default: { resamples: 200, degrees: 24, largest: 3200 },
  full: { resamples: 2000, degrees: 24, largest: 12_800 },
};

const N = 100;
const LAW_DEGREES = [1, 2, 4, 8, 16];

const root = (
  values: readonly Parts[],
  pick: (parts: Parts) => number,
  at: (parts: Parts) => number,
): Point[] => values.map((parts): Point => [at(parts), Math.sqrt(pick(parts))]);

const draw = async (
  byDegree: readonly Parts[],
  bySize: readonly Parts[],
  law: ReturnType<typeof powerLaw>,
): Promise<Figure> => {
  const best = byDegree.reduce((a, b) =>
    a.learning + a.approximation < b.learning + b.approximation ? a : b,
  );
  const height = 360;
  const against = await lineChart({
    title: `Both errors against the degree, n = ${N}`,
    width: 560,
    height,
    x: { label: "degree d of the polynomial", whole: true },
    y: { label: "distance to the Bayes predictor (root mean square)", type: "log" },
    series: [
      {
        name: "total",
        points: root(
          byDegree,
          (p) => p.learning + p.approximation,
          (p) => p.degree,
        ),
        colour: "currentColor",
        wide: true,
      },
      {
        name: "learning error",
        points: root(
          byDegree,
          (p) => p.learning,
          (p) => p.degree,
        ),
      },
      {
        name: "approximation error",
        points: root(
          byDegree,
          (p) => p.approximation,
          (p) => p.degree,
        ),
      },
    ],
    rules: [{ x: best.degree, label: `least at d = ${best.degree}` }],
  });
  const ratios = bySize.map(({ degree, n }) => (degree + 1) / n);
  const ends = [Math.min(...ratios), Math.max(...ratios)];
  const collapsed = await lineChart({
    title: "Learning error against complexity / n",
    width: 560,
    height,
    x: { label: "(d + 1) / n", type: "log" },
    y: { label: "distance of f̂ to f* (root mean square)", type: "log" },
    series: [
      ...LAW_DEGREES.map((d, i) => ({
        name: `d = ${d}`,
        colour: orderedColour(i, LAW_DEGREES.length),
        points: root(
          bySize.filter(({ degree }) => degree === d),
          (p) => p.learning,
          (p) => (p.degree + 1) / p.n,
        ),
      })),
      {
        name: `fitted exponent ${law.exponent.toFixed(2)}`,
        points: ends.map((x): Point => [x, law.factor * x ** law.exponent]),
        dash: "dashed",
        colour: "currentColor",
      },
    ],
  });
  return panels([against, collapsed], { columns: 2 });
};

/** The study at given settings. */
export const measure = async (
  setting: Settings,
  { seed, log, signal }: StudyContext,
): Promise<StudyResult> => {
  const { resamples, degrees, largest } = setting;
  const options = { best: bestWeights(degrees), resamples, seed, signal };
  const byDegree: Parts[] = [];
  for (let d = 0; d <= degrees; d++) byDegree.push(await decompose(N, d, options));
  log(`degrees 0 to ${degrees} done`);
  const sizes = logSpaced(N, largest, 6).map(Math.round);
  const bySize: Parts[] = [];
  for (const d of LAW_DEGREES) for (const n of sizes) bySize.push(await decompose(n, d, options));

  const law = powerLaw(bySize.map(({ n, degree, learning }) => [(degree + 1) / n, Math.sqrt(learning)]));
  const inSize = LAW_DEGREES.map(
    (d) =>
      powerLaw(
        root(
          bySize.filter(({ degree }) => degree === d),
          (p) => p.learning,
          (p) => p.n,
        ),
      ).exponent,
  );
  const fixed = bySize.filter(({ n }) => n === sizes.at(-1));
  // What f* leaves unexplained is noise to the learner: the law's constant is smaller where the approximation is better.
  const scaled = fixed.map((p) => ({ ...p, learning: p.learning / (NOISE ** 2 + p.approximation) }));
  const complexityOf = (parts: Parts) => parts.degree + 1;
  const exponentInDegree = (all: readonly Parts[]) =>
    powerLaw(root(all, (p) => p.learning, complexityOf)).exponent;
  const [inDegree, inDegreeScaled] = [exponentInDegree(fixed), exponentInDegree(scaled)];
  const best = byDegree.reduce((a, b) =>
    a.learning + a.approximation < b.learning + b.approximation ? a : b,
  );
  const near = (exponent: number, expected: number) => Math.abs(exponent - expected) < 0.12;

  return {
    learned: `With 100 examples the two errors balance at degree ${best.degree}: below it the polynomials cannot follow the truth, above it the examples cannot tell them apart.`,
    claims: [
      {
        claim:
          "The learning error, as a distance of f̂ to f*, is proportional to √(1/n); err(f̂) − err(f*) falls at least as fast",
        measured: `root-mean-square distance: exponents of n ${inSize.map((e) => e.toFixed(2)).join(", ")} for d = ${LAW_DEGREES.join(", ")}; the excess of the squared error, err(f̂) − err(f*), is the square of the distance and falls twice as fast`,
        verdict: judged(inSize.every((e) => near(e, -0.5))),
      },
      {
        claim: "At a given n it is proportional to √complexity(F), with complexity d + 1",
        measured: `exponent of d + 1 at n = ${sizes.at(-1)}: ${inDegree.toFixed(2)}; over all ${bySize.length} pairs of degree and n the exponent of (d+1)/n is ${law.exponent.toFixed(2)}`,
        verdict: judged(near(inDegree, 0.5)),
      },
      {
        claim: "It is, relative to the noise that f* leaves, which falls as F grows",
        measured: `exponent of d + 1 of the distance over √(noise variance + approximation error²): ${inDegreeScaled.toFixed(2)}`,
        verdict: judged(near(inDegreeScaled, 0.5)),
      },
      approximationFallsClaim(byDegree),
      tradeOffClaim(N, byDegree[1] ?? missing(), byDegree.at(-1) ?? missing(), byDegree),
    ],
    tables: [
      {
        title: `Root-mean-square distances, n = ${N}, mean over ${resamples} samples`,
        columns: ["degree", "learning", "approximation", "total"],
        rows: byDegree
          .filter(({ degree }) => [0, 1, 2, 4, 8, 12, 16, 20, 24].includes(degree))
          .map(({ degree, learning, approximation }) => [
            degree,
            short(Math.sqrt(learning)),
            short(Math.sqrt(approximation)),
            short(Math.sqrt(learning + approximation)),
          ]),
      },
    ],
    figure: await draw(byDegree, bySize, law),
    numbers: {
      byDegree,
      bySize,
      law,
      exponentsInN: inSize,
      exponentInComplexity: { plain: inDegree, relativeToNoise: inDegreeScaled },
      resamples,
      noise: NOISE,
    },
    notes: [
      "x = cos(πu) with u uniform, y = 2·|x − 0.3| + N(0, 0.5²). The best polynomial and both distances are exact; only samples are random.",
      "The lecture's √(complexity/n) bounds err(f̂) − err(f*) for losses in general. For the squared loss this excess is the square of the distance of f̂ to f* and falls faster, as complexity/n; the √ is then the law of the distance.",
      "What f* leaves unexplained acts as noise on the learner, so at a fixed n the distance grows like √((d + 1)·(noise variance + approximation error²)): slower than √(d + 1) as long as the approximation improves with d. Exponents count as held within 0.12 of ½.",
    ],
  };
};

/** Row 14 of the lecture: what a model misses because it is chosen from data, and because it is chosen from a set. */
export const errorDecomposition: Study = {
  name: "error-decomposition",
  title: "Learning error against approximation error",
  section: "Learning-Approx. Error Trade-off",
  describe:
    "Least squares with polynomials of degree d on samples of a distribution that is known, so that the best predictor and the best polynomial are known too. Both parts of the error are computed exactly for each of many samples, against the degree and against n, and the law √(complexity/n) is fitted.",
  run: (context) => measure(settings[context.effort], context),
};
