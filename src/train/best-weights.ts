import type { EpochRecord, Score } from "./events.js";

/** What of the validation part is watched to tell which weights are best. */
export type Watched = "error" | "loss";

/**
 * Keeps the weights of the best epoch on the validation part: that of the lowest error, or where errors tie, of the lowest loss among
 * them; that of the lowest loss where no errors are counted, or the loss is watched.
 */
export class BestWeights {
  epoch = 0;
  values: ReadonlyMap<string, Float32Array> | undefined;
  #best: Score | undefined;

  /** An error must be lower by more than `minimumChange` (in percentage points) to be no tie, and a watched loss to be lower at all. */
  constructor(
    readonly watch: Watched,
    readonly minimumChange: number,
  ) {}

  /** Whether this epoch, which ended with the given weights, is the best so far. */
  offer({ epoch, validation }: EpochRecord, values: ReadonlyMap<string, Float32Array>): boolean {
    if (validation === undefined || !this.#improves(validation)) return false;
    this.#best = validation;
    this.epoch = epoch;
    this.values = values;
    return true;
  }

  #improves({ loss, error }: Score): boolean {
    const best = this.#best;
    if (best === undefined) return Number.isFinite(loss);
    if (this.watch === "loss" || error === undefined || best.error === undefined) {
      return loss < best.loss - this.minimumChange;
    }
    return error < best.error - this.minimumChange || (error <= best.error && loss < best.loss);
  }
}
