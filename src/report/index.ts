export { type EvaluationRecord, evaluationReport, type WorstExample } from "./evaluation.js";
export { htmlReport } from "./html.js";
export type { EpochRecord, Mistake, ParameterRecord, RunRecord, Score } from "./record.js";
