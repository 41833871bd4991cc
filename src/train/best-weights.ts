import type { EpochRecord, Score } from "./events.js";

/** What of the validation part is watched to tell which weights are best. */
export type Watched = "error" | "loss";

/**
 * Keeps the weights of the best epoch on the validation part: that of the lowest error, and where errors tie, of the lowest loss among
 * them; that of the lowest loss where no errors are counted, or the loss is watched.
 */
export class BestWeights {
  epoch = 0;
  values: ReadonlyMap<string, Float32Array> | undefined;
  /**
   * The last epoch that improved by more than the minimum change (of the error in percentage points, or the loss) on the one before it
   * that did. Where that is 0, each that is better than all before.
   */
  improvedAt = 0;
  #best: Score | undefined;
  #improved: Score | undefined;

  constructor(
    readonly watch: Watched,
    readonly minimumChange: number,
  ) {}

  /** Whether this epoch, which ended with the given weights, is the best so far. */
  offer({ epoch, validation }: EpochRecord, values: ReadonlyMap<string, Float32Array>): boolean {
    if (validation === undefined) return false;
    const best = this.#best === undefined || this.#isBetter(validation, this.#best);
    if (this.#improved === undefined || this.#improves(validation, this.#improved, best)) {
      this.#improved = validation;
      this.improvedAt = epoch;
    }
    if (!best) return false;
    this.#best = validation;
    this.epoch = epoch;
    this.values = values;
    return true;
  }

  #watched({ error, loss }: Score): number {
    return this.watch === "loss" ? loss : (error ?? loss);
  }

  #isBetter(score: Score, other: Score): boolean {
    const [here, there] = [this.#watched(score), this.#watched(other)];
    return here < there || (here === there && score.loss < other.loss);
  }

  #improves(score: Score, last: Score, best: boolean): boolean {
    return this.minimumChange === 0 ? best : this.#watched(score) < this.#watched(last) - this.minimumChange;
  }
}
