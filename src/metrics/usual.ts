import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";
import { accuracy } from "./accuracy.js";
import { averagePrecision } from "./average-precision.js";
import { balancedAccuracy } from "./balanced-accuracy.js";
import { brierScore } from "./brier.js";
import { calibrationError } from "./calibration-error.js";
import { errorQuantile, medianAbsoluteError } from "./error-quantile.js";
import { f1 } from "./f1.js";
import { logLoss } from "./log-loss.js";
import { mae } from "./mae.js";
import { matthewsCorrelation } from "./matthews.js";
import type { Measured, Metric } from "./metric.js";
import { rmse } from "./mse.js";
import { precision } from "./precision.js";
import { r2 } from "./r2.js";
import { recall } from "./recall.js";
import { rocAuc } from "./roc-auc.js";

export interface UsualMetricsOptions {
  /** Of two classes the one that precision, recall and F1 are about. @defaultValue 1 */
  readonly positive?: number;
  /** Whether the answers are probabilities, without which some metrics mean nothing. @defaultValue true */
  readonly probabilities?: boolean;
}

/**
 * The metrics that everyone asks for, by name: of classes accuracy, balanced accuracy, precision, recall, F1, the areas under both
 * curves, log loss, Brier score, calibration error and Matthews' correlation; of labels those that are for them; of values RMSE, MAE, R²
 * and quantiles of the absolute error. To be given to `fit` as `metrics`, or to `measureAll`.
 */
export const usualMetrics = (
  kind: Measured["kind"],
  options: UsualMetricsOptions = {},
): Readonly<Record<string, Metric>> => {
  const { positive, probabilities = true } = requireKnown("usualMetrics", options, [
    "positive",
    "probabilities",
  ]);
  if (kind === "value") {
    return {
      rmse: rmse(),
      mae: mae(),
      r2: r2(),
      medianAbsoluteError: medianAbsoluteError(),
      errorQuantile90: errorQuantile(0.9),
      errorQuantile99: errorQuantile(0.99),
      largestError: errorQuantile(1),
    };
  }
  const about = positive === undefined ? {} : { positive };
  return {
    accuracy: accuracy(),
    ...(kind === "class" && { balancedAccuracy: balancedAccuracy() }),
    precision: precision(about),
    recall: recall(about),
    f1: f1(about),
    ...(kind === "class" && { matthewsCorrelation: matthewsCorrelation() }),
    rocAuc: rocAuc(),
    averagePrecision: averagePrecision(),
    ...(probabilities && {
      logLoss: logLoss(),
      brierScore: brierScore(),
      ...(kind === "class" && { calibrationError: calibrationError() }),
    }),
  };
};

/** The value of a metric, or why it has none. */
export type MetricValue = { readonly value: number } | { readonly undefinedBecause: string };

/** All metrics over one part, by their names; what the part leaves undefined, such as a curve over one class only, says why. */
export const measureAll = <Name extends string>(
  metrics: Readonly<Record<Name, Metric>>,
  measured: Measured,
): Readonly<Record<Name, MetricValue>> =>
  Object.fromEntries(
    Object.entries<Metric>(metrics).map(([name, metric]): [string, MetricValue] => {
      try {
        return [name, { value: metric.of(measured) }];
      } catch (error) {
        if (error instanceof SteepestError) return [name, { undefinedBecause: error.message }];
        throw error;
      }
    }),
  ) as Record<Name, MetricValue>;

/** The values alone, null where there is none. */
export const plainMetrics = (metrics: Readonly<Record<string, MetricValue>>): Record<string, number | null> =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [name, "value" in metric ? metric.value : null]),
  );
