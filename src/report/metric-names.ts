import type { MetricValue } from "../metrics/usual.js";
import { number, percent } from "./format.js";

/** What the usual metrics are called for people, and how their values are written. */
const names: Readonly<Record<string, readonly [name: string, text: (value: number) => string]>> = {
  accuracy: ["accuracy", percent],
  balancedAccuracy: ["balanced accuracy", percent],
  precision: ["precision", percent],
  recall: ["recall", percent],
  f1: ["F1", percent],
  matthewsCorrelation: ["Matthews' correlation", number],
  rocAuc: ["area under ROC", number],
  averagePrecision: ["area under precision-recall", number],
  logLoss: ["log loss", number],
  brierScore: ["Brier score", number],
  calibrationError: ["calibration error", percent],
  rmse: ["root-mean-square error", number],
  mae: ["mean absolute error", number],
  r2: ["R²", number],
  medianAbsoluteError: ["half of the errors are at most", number],
  errorQuantile90: ["nine of ten are at most", number],
  errorQuantile99: ["99 of 100 are at most", number],
  largestError: ["the largest is", number],
};

/** A metric for people: its value, or why there is none. */
export interface MetricLine {
  readonly name: string;
  readonly text: string;
  readonly why?: string;
}

export const metricLines = (metrics: Readonly<Record<string, MetricValue>>): MetricLine[] =>
  Object.entries(metrics).map(([key, metric]) => {
    const [name, text] = names[key] ?? [key, number];
    return "value" in metric
      ? { name, text: text(metric.value) }
      : { name, text: "–", why: metric.undefinedBecause };
  });
