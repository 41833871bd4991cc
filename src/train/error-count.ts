import type { Score } from "./events.js";

/**
 * Counts wrong answers. Where an example has several, each is a share of it, which the engine gives in float32: whole answers are
 * counted here, so that 2 of 5 are 40 %, not 40.0000006.
 */
export class ErrorCount {
  #wrong = 0;
  #answers = 0;

  /** `wrong` examples of `size`, of `answers` answers each that count alike. */
  add(wrong: number, size: number, answers: number): void {
    const counted = wrong * answers;
    const whole = Math.round(counted);
    this.#wrong += Math.abs(counted - whole) <= 1e-6 * Math.max(1, counted) ? whole : counted;
    this.#answers += size * answers;
  }

  /** The error in percent, where anything was counted. */
  get score(): Pick<Score, "error"> {
    return this.#answers > 0 ? { error: (100 * this.#wrong) / this.#answers } : {};
  }
}
