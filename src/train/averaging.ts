import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Prediction } from "./prediction.js";

/** What thinned networks answer on average, and how much they differ. */
export interface AveragedAnswers {
  readonly mean: Prediction;
  /** Standard deviation over the samples (divided by their number less one). */
  readonly spread: Prediction;
}

/** Mean and standard deviation of arrays, element by element. */
export class Moments {
  // Deviations from the first array, so that the variance of nearly equal ones keeps its digits.
  readonly #first: Float32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #count = 1;

  constructor(first: Float32Array) {
    this.#first = first.slice();
    this.#sums = new Float64Array(first.length);
    this.#squares = new Float64Array(first.length);
  }

  add(values: Float32Array): void {
    this.#count += 1;
    for (let i = 0; i < values.length; i++) {
      const deviation = (values[i] ?? missing()) - (this.#first[i] ?? missing());
      this.#sums[i] = (this.#sums[i] ?? missing()) + deviation;
      this.#squares[i] = (this.#squares[i] ?? missing()) + deviation * deviation;
    }
  }

  get mean(): Float64Array {
    return this.#sums.map((sum, i) => (this.#first[i] ?? missing()) + sum / this.#count);
  }

  get spread(): Float64Array {
    const n = this.#count;
    return this.#squares.map((square, i) =>
      Math.sqrt(Math.max(0, square - (this.#sums[i] ?? missing()) ** 2 / n) / (n - 1)),
    );
  }
}

/** Throws where so many samples have no spread, or networks are all the same. */
export const requireSamples = (samples: number, draws: number): void => {
  if (draws === 0) {
    throw new SteepestError(
      "predictAveraged: the network drops no units, so that every sample would be the same; use predict, or add dropout()",
    );
  }
  if (!Number.isInteger(samples) || samples < 2) {
    throw new SteepestError(`predictAveraged: samples must be a whole number of at least 2, got ${samples}`);
  }
};
