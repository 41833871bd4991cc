export type { AveragedAnswers } from "./averaging.js";
export type { Callback, EpochEnd, TrainingContext, TrainingOutcome } from "./callbacks.js";
export type { CheckpointOptions } from "./checkpoints.js";
export { createTrainer, type TrainerOptions } from "./create-trainer.js";
export type { EpochRecord, Score } from "./events.js";
export { fit } from "./fit.js";
export type { GivenBatch, GivenColumns } from "./given-batch.js";
export { type DataDependentInit, type FirstBatch, type LsuvOptions, lsuv } from "./lsuv.js";
export type { Metrics } from "./metrics.js";
export type { EarlyStopping, FitOptions, SharpnessOptions, Splits } from "./options.js";
export { Prediction } from "./prediction.js";
export {
  type Preprocess,
  type Preprocessing,
  type PrincipalOptions,
  pca,
  type WhitenOptions,
  whiten,
} from "./preprocess.js";
export { type PrincipalAxes, principalAxes } from "./principal.js";
export { defineRecipe, type Recipe } from "./recipe.js";
export { Run, type StopReason, type TestResult, TrainingDiverged } from "./run.js";
export type { SaveOptions } from "./save.js";
export * from "./trackers/index.js";
export {
  type Answers,
  type Gradients,
  Trainer,
  type TrainerCheckpoint,
  type TrainerState,
} from "./trainer.js";
export { type RatePoint, type RateTest, type TuneRateOptions, tuneRate } from "./tune-rate.js";
export { type WhiteningOptions, whitening } from "./whitening.js";
export type { PreprocessingDone } from "./with-preprocessing.js";
