export type { EpochRecord, Progress, Score } from "./events.js";
export { fit } from "./fit.js";
export type { EarlyStopping, FitOptions, Splits } from "./options.js";
export { Run, type StopReason, type TestResult, TrainingDiverged } from "./run.js";
