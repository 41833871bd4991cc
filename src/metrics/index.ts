export { accuracy } from "./accuracy.js";
export { averagePrecision } from "./average-precision.js";
export type { AverageOptions } from "./averages.js";
export { balancedAccuracy } from "./balanced-accuracy.js";
export { brierScore } from "./brier.js";
export { calibrationError } from "./calibration-error.js";
export { type ClassScores, classScores } from "./class-scores.js";
export { cohenKappa } from "./cohen-kappa.js";
export { confusionMatrix } from "./confusion-matrix.js";
export { type PrecisionRecallPoint, precisionRecallCurve, type RocPoint, rocCurve } from "./curves.js";
export { errorQuantile, medianAbsoluteError } from "./error-quantile.js";
export { f1 } from "./f1.js";
export { logLoss } from "./log-loss.js";
export { mae } from "./mae.js";
export { mape } from "./mape.js";
export { matthewsCorrelation } from "./matthews.js";
export type { Measured, Metric } from "./metric.js";
export { mse, rmse } from "./mse.js";
export { precision } from "./precision.js";
export { r2 } from "./r2.js";
export { recall } from "./recall.js";
export { type ReliabilityBin, type ReliabilityOptions, reliability } from "./reliability.js";
export { rocAuc } from "./roc-auc.js";
export {
  type ClassCurve,
  type ScoredClasses,
  type ScoredValues,
  type ScoreOptions,
  scoreClasses,
  scoreValues,
} from "./scored.js";
export { topK } from "./top-k.js";
export { type MetricValue, measureAll, type UsualMetricsOptions, usualMetrics } from "./usual.js";
