import type { EpochRecord } from "./events.js";

/** Keeps the weights of the epoch with the lowest validation error (loss, for regression). */
export class BestWeights {
  epoch = 0;
  values: ReadonlyMap<string, Float32Array> | undefined;
  #lowest = Number.POSITIVE_INFINITY;

  constructor(readonly minimumChange: number) {}

  /** Whether this epoch, which ended with the given weights, is the best so far. */
  offer({ epoch, validation }: EpochRecord, values: ReadonlyMap<string, Float32Array>): boolean {
    const measure = validation?.error ?? validation?.loss;
    if (measure === undefined || !(measure < this.#lowest - this.minimumChange)) return false;
    this.#lowest = measure;
    this.epoch = epoch;
    this.values = values;
    return true;
  }
}
