/** Loss and, for classification, the share of wrong answers in percent. */
export interface Score {
  readonly loss: number;
  readonly error?: number;
}

/** What one pass over the training data came to. */
export interface EpochRecord {
  /** 1 for the first. */
  readonly epoch: number;
  /** Updates made so far. */
  readonly steps: number;
  /** Means over the epoch's steps, each taken before its update, dropout and penalties included. */
  readonly train: Score;
  readonly validation?: Score;
  readonly learningRate?: number;
  /** Largest eigenvalue of the Hessian of the loss on fixed training examples, where it was asked for at this epoch. */
  readonly sharpness?: number;
  readonly samplesPerSecond: number;
  /** Since training began. */
  readonly seconds: number;
}

/** What training tells as it goes on. */
export type Progress =
  | {
      readonly kind: "step";
      readonly epoch: number;
      readonly epochs: number;
      /** Steps done in this epoch. */
      readonly step: number;
      readonly stepsPerEpoch: number;
      /** Mean over this epoch so far. */
      readonly train: Score;
      readonly samplesPerSecond: number;
    }
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly best: boolean };
