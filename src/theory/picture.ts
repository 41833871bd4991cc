import { highest, lowest } from "../extremes.js";
import type { Figure } from "../figures/frame.js";
import { lineChart } from "../figures/line-chart.js";
import type { LineChartOptions, Rule } from "../figures/line-data.js";
import { numberText } from "../figures/numbers.js";
import { meaning, palette } from "../figures/palette.js";
import { panels } from "../figures/panels.js";
import type { Point } from "../figures/thin.js";
import type { Constant } from "./objective.js";
import type { CertifiedProblem, SuboptimalityPoint } from "./problem.js";

/** Colours of the two bounds, in this picture and in the lecture's. */
export const boundColours = { sublinear: palette[0], linear: palette[1] } as const;

const size = { width: 560, height: 420 };

/** Below this share of the start the suboptimality is rounding. */
const smallestGap = 1e-14;

/** Where the promised decrease is this share of f or more, rounding moves the ratio by far less than 1 %. */
const smallestDecrease = 1e-11;

const steps = ({ series }: CertifiedProblem) =>
  ({ label: "step t", type: "log", domain: [1, Math.max(2, series.at(-1)?.step ?? 2)] }) as const;

const violation = ({ firstViolation }: CertifiedProblem): Rule[] =>
  firstViolation === undefined
    ? []
    : [{ x: firstViolation.step, label: `violated at step ${firstViolation.step}` }];

/** The measured suboptimality under its bounds, both axes logarithmic. */
export const suboptimalityChart = (problem: CertifiedProblem): LineChartOptions => {
  const { series, mu, initialValue, minimum } = problem;
  const start = initialValue - minimum;
  const points = (value: (point: SuboptimalityPoint) => number | undefined): Point[] =>
    series.map((point) => [point.step, value(point) ?? Number.NaN]);
  const visible = (gap: number) => gap > smallestGap * start;
  const gaps = series.map(({ measured }) => measured).filter(visible);
  const bounds = series.map(({ bound }) => bound);
  const allowed = Math.max(start, highest(bounds));
  // The whole of a run that diverges would leave no room for where it breaks its bounds.
  const high = Math.max(allowed, Math.min(1e6 * allowed, highest(gaps)));
  const low = Math.max(smallestGap * start, Math.min(high / 10, lowest(gaps), lowest(bounds)));
  return {
    title: "Suboptimality against its bounds",
    subtitle: "the guarantee: the measured line stays below each dashed one",
    series: [
      {
        name: "f(w) − f(w*), measured",
        points: points(({ measured }) => (visible(measured) ? measured : undefined)),
        colour: meaning.gradientDescent,
      },
      {
        name: "‖w₀ − w*‖² / 2ηt",
        points: points(({ bound }) => bound),
        dash: "dashed",
        colour: boundColours.sublinear,
      },
      ...(mu.value > 0
        ? [
            {
              name: "(1 − ημ)ᵗ · (f(w₀) − f(w*))",
              points: points(({ linearBound }) => linearBound),
              dash: "long" as const,
              colour: boundColours.linear,
            },
          ]
        : []),
    ],
    x: steps(problem),
    y: { label: "f(w) − f(w*)", type: "log", domain: [low / 2, high * 2] },
    rules: violation(problem),
    ...size,
  };
};

/** The decrease of each step over what the descent lemma promises. */
export const decreaseChart = (problem: CertifiedProblem): LineChartOptions => {
  const { series, initialValue } = problem;
  const promising = series.filter(({ promisedDecrease }) => promisedDecrease > 0);
  const clear = promising.filter(
    ({ promisedDecrease }) => promisedDecrease > smallestDecrease * Math.abs(initialValue),
  );
  const ratios = (clear.length > 0 ? clear : promising).map(
    ({ step, decrease, promisedDecrease }): Point => [step, decrease / promisedDecrease],
  );
  return {
    title: "Decrease of each step over (η/2)·‖∇f‖²",
    subtitle: "the descent lemma: at least 1; below 0 the step goes uphill",
    series: [{ name: "decrease over promise", points: ratios, colour: meaning.gradientDescent }],
    // As far as the ratio can be told from rounding, which is often a small part of the run.
    x: { ...steps(problem), domain: [1, Math.max(2, highest(ratios.map(([step]) => step)))] },
    // Convexity keeps the ratio at 2 or less, whatever eta is.
    y: {
      label: "(f before − f after) / (η/2)‖∇f‖²",
      domain: [Math.min(0, ...ratios.map(([, ratio]) => 1.2 * ratio)), 2.2],
    },
    rules: [{ y: 1, label: "the lemma's promise" }, { y: 0 }, ...violation(problem)],
    ...size,
  };
};

/** An estimate of L is a bound from below, one of mu a bound from above. */
const sign = ({ certainty }: Constant, estimate: "≥" | "≤") => (certainty === "estimate" ? estimate : "=");

/**
 * The picture of a certified problem along its steps: the measured suboptimality under its bounds, both on logarithmic
 * axes, and the decrease of each step over what the descent lemma promises. The first violation is marked.
 * Throws where the run has no step, or started at the minimiser.
 *
 * Source: the lecture, "Step I: The Descend", "Step II: Convergence Rate".
 */
export const certificatePicture = async (problem: CertifiedProblem, name: string): Promise<Figure> => {
  const { L, mu, certificate, firstViolation } = problem;
  const constants = `L ${sign(L, "≥")} ${numberText(L.value, 4)}, μ ${sign(mu, "≤")} ${numberText(mu.value, 4)}, η = ${numberText(certificate.etaTimesL, 4)}/L`;
  const charts = [suboptimalityChart(problem), decreaseChart(problem)];
  return panels(await Promise.all(charts.map(lineChart)), {
    columns: 2,
    title: name,
    subtitle: `${constants}: ${certificate.outcome === "undecided" ? "rounding is too large to decide every guarantee" : firstViolation === undefined ? "every guarantee held at every step" : `the ${firstViolation.inequality} fails first, at step ${firstViolation.step}`}`,
  });
};
