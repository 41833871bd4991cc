import { ErrorCount } from "./error-count.js";
import type { Score } from "./events.js";

/** Running means over the steps of an epoch, and its speed. */
export class EpochMeter {
  #loss = 0;
  #samples = 0;
  readonly #errors = new ErrorCount();
  readonly #start = performance.now();

  /** `answers` is the number of answers of an example. */
  constructor(readonly answers: number) {}

  add(size: number, loss: number, wrong: number | undefined) {
    this.#loss += loss * size;
    if (wrong !== undefined) this.#errors.add(wrong, size, this.answers);
    this.#samples += size;
  }

  get score(): Score {
    const n = Math.max(1, this.#samples);
    return { loss: this.#loss / n, ...this.#errors.score };
  }

  get samplesPerSecond(): number {
    return (1000 * this.#samples) / Math.max(1e-6, performance.now() - this.#start);
  }
}
