/** The loss, for classification the share of wrong answers in percent, and further metrics where they were asked for. */
export interface Score {
  readonly loss: number;
  readonly error?: number;
  /** Of each output, where there are several losses. Not told of the training part while it is trained on. */
  readonly outputs?: Readonly<Record<string, { readonly loss: number; readonly error?: number }>>;
  /** By their names, over the whole part. Not measured on the training part while it is trained on. */
  readonly metrics?: Readonly<Record<string, number>>;
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
