import type { Score } from "./events.js";

/** Running means over the steps of an epoch, and its speed. */
export class EpochMeter {
  #loss = 0;
  #wrong = 0;
  #samples = 0;
  #counts = false;
  readonly #start = performance.now();

  add(size: number, loss: number, wrong: number | undefined) {
    this.#loss += loss * size;
    this.#wrong += (wrong ?? 0) * size;
    this.#counts ||= wrong !== undefined;
    this.#samples += size;
  }

  get score(): Score {
    const n = Math.max(1, this.#samples);
    return { loss: this.#loss / n, ...(this.#counts ? { error: (100 * this.#wrong) / n } : {}) };
  }

  get samplesPerSecond(): number {
    return (1000 * this.#samples) / Math.max(1e-6, performance.now() - this.#start);
  }
}
