import { check, positiveCount } from "../check.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { type ClassScores, classScores } from "./class-scores.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { precisionRecallCurve, rocCurve } from "./curves.js";
import type { Measured } from "./metric.js";
import { type ReliabilityBin, reliability } from "./reliability.js";
import { type MetricValue, measureAll, usualMetrics } from "./usual.js";

/** A curve of one class against the rest. */
export interface ClassCurve {
  /** The number of the class. */
  readonly of: number;
  readonly area: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** How good the answers of a classifier are. */
export interface ScoredClasses {
  readonly kind: "class";
  readonly rows: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** Of each class against the rest. */
  readonly classes: readonly ClassScores[];
  /** `confusion[truth][answered]`. */
  readonly confusion: readonly (readonly number[])[];
  /** Of two classes the one that precision, recall, F1 and the curves are about. */
  readonly positive: number | undefined;
  /** True over false positives: of the positive class, or of each; of many, of those with the smallest areas. */
  readonly roc: readonly ClassCurve[];
  /** Precision over recall, of the same classes. */
  readonly precisionRecall: readonly ClassCurve[];
  /** How often what was given a probability comes true; of the answered class where there are more than two. Absent without probabilities. */
  readonly reliability?: readonly ReliabilityBin[];
}

/** How good answered values are; of several for a row, on average over them. */
export interface ScoredValues {
  readonly kind: "value";
  readonly rows: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

export interface ScoreOptions {
  /** Of two classes the one that precision, recall, F1 and the curves are about. @defaultValue 1 */
  readonly positive?: number;
  /** Whether the answers are probabilities. @defaultValue true */
  readonly probabilities?: boolean;
  /** Curves that are kept where there are more than two classes. @defaultValue 6 */
  readonly curves?: number;
}

/** Two classes in the other order, so that what looks at the second looks at the first. */
const turned = (measured: Measured): Measured => ({
  ...measured,
  answers: Float64Array.from(measured.answers, (_, i) => measured.answers[i ^ 1] ?? missing()),
  targets: Float64Array.from(measured.targets, (target) => (target < 0 ? target : 1 - target)),
});

/** Everything that is usually asked about answers to classes: metrics, scores of each class, confusions and curves. */
export const scoreClasses = (measured: Measured, options: ScoreOptions = {}): ScoredClasses => {
  const {
    positive = 1,
    probabilities = true,
    curves = 6,
  } = requireKnown("scoreClasses", options, ["positive", "probabilities", "curves"]);
  check("scoreClasses", positiveCount, { curves });
  const two = measured.width === 2;
  if (two && positive !== 0 && positive !== 1) {
    throw new SteepestError(`scoreClasses: positive is ${positive}; there are the classes 0 and 1`);
  }
  const classes = classScores(measured);
  const drawn = two
    ? [positive]
    : classes
        .flatMap(({ rocAuc }, of) => (rocAuc === undefined ? [] : [{ of, rocAuc }]))
        .sort((a, b) => a.rocAuc - b.rocAuc)
        .slice(0, curves)
        .map(({ of }) => of)
        .sort((a, b) => a - b);
  const drawable = drawn.filter((of) => classes[of]?.rocAuc !== undefined);
  const about = two && positive === 0 ? turned(measured) : measured;
  return {
    kind: "class",
    rows: classes.reduce((sum, { rows }) => sum + rows, 0),
    metrics: measureAll(usualMetrics("class", { probabilities }), about),
    classes,
    confusion: confusionMatrix(measured),
    positive: two ? positive : undefined,
    roc: drawable.map((of) => ({
      of,
      area: classes[of]?.rocAuc ?? missing(),
      points: rocCurve(measured, of).map(({ falsePositive, truePositive }) => [falsePositive, truePositive]),
    })),
    precisionRecall: drawable.map((of) => ({
      of,
      area: classes[of]?.averagePrecision ?? missing(),
      points: precisionRecallCurve(measured, of).map(({ recall, precision }) => [recall, precision]),
    })),
    ...(probabilities && { reliability: reliability(measured, two ? { of: positive } : {}) }),
  };
};

/** Everything that is usually asked about answered values. */
export const scoreValues = (measured: Measured): ScoredValues => ({
  kind: "value",
  rows: measured.targets.length / measured.width,
  metrics: measureAll(usualMetrics("value"), measured),
});
