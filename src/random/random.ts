import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { normalQuantile } from "./normal.js";
import { philox4x32 } from "./philox.js";

const TWO_32 = 2 ** 32;

/** FNV-1a hash of the UTF-8 bytes of a text, 32 bits. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
};

/**
 * The Philox key of everything drawn for one purpose: `[seed, FNV-1a(purpose)]`, two unsigned 32-bit words.
 * Kernels that draw numbers themselves (dropout masks) use the same key.
 * Throws when the seed is not an integer from 0 to 2³² − 1.
 */
export const streamKey = (seed: number, purpose: string): readonly [number, number] => {
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
    throw new SteepestError(`seed is ${seed}; give an integer from 0 to 4294967295`);
  }
  return [seed, fnv1a(purpose)];
};

/**
 * A sequence of random numbers that is a function of (seed, purpose, step) alone. Word i of the sequence is word
 * i mod 4 of the Philox block with counter (⌊i/4⌋, ⌊i/2³⁴⌋, step mod 2³², ⌊step/2³²⌋) under `streamKey(seed, purpose)`.
 */
export class RandomStream {
  readonly #key: Uint32Array;
  readonly #counter: Uint32Array;
  readonly #block = new Uint32Array(4);
  #blocks = 0;
  #used = 4;

  constructor(key: readonly [number, number], step: number) {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new SteepestError(`step of a random stream is ${step}; give an integer from 0 to 2^53 - 1`);
    }
    this.#key = Uint32Array.from(key);
    this.#counter = Uint32Array.of(0, 0, step % TWO_32, Math.floor(step / TWO_32));
  }

  /** The next 32 random bits, 0 to 2³² − 1. Every other method consumes whole words in this order. */
  word(): number {
    if (this.#used === 4) {
      this.#counter[0] = this.#blocks % TWO_32;
      this.#counter[1] = this.#blocks / TWO_32;
      philox4x32(this.#counter, this.#key, this.#block);
      this.#blocks++;
      this.#used = 0;
    }
    return this.#block[this.#used++] ?? missing();
  }

  /** Uniform in [0, 1), a multiple of 2⁻³²; one word. */
  uniform(): number {
    return this.word() / TWO_32;
  }

  /** Standard normal, Φ⁻¹((word + ½) / 2³²); one word, so magnitudes end at 6.3. */
  normal(): number {
    return normalQuantile((this.word() + 0.5) / TWO_32);
  }

  /** Uniform among 0 … n − 1 without bias (by rejection), 1 ≤ n ≤ 2³². */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32) {
      throw new SteepestError(`integer(${n}): give an integer from 1 to 2^32`);
    }
    const limit = TWO_32 - (TWO_32 % n);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % n;
  }

  /** The numbers 0 … n − 1 in uniformly random order (Fisher–Yates). */
  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > TWO_32) {
      throw new SteepestError(`permutation(${n}): give an integer from 0 to 2^32`);
    }
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) {
      const j = this.integer(i + 1);
      order[i] = order[j] ?? missing();
      order[j] = i;
    }
    return order;
  }

  /** Fills `array` with N(mean, sd²): the same numbers as that many calls of `mean + sd · normal()`. */
  fillNormal(array: Float32Array | Float64Array, mean = 0, sd = 1): void {
    if (!Number.isFinite(mean) || !(sd >= 0 && sd < Infinity)) {
      throw new SteepestError(`fillNormal(mean ${mean}, sd ${sd}): give finite numbers with sd >= 0`);
    }
    for (let i = 0; i < array.length; i++) array[i] = mean + sd * this.normal();
  }

  /**
   * Fills `array` uniformly from [low, high): the same numbers as calls of `low + (high − low) · uniform()`.
   * Rounding to float32 can give `high` itself, once in about 2²⁵ draws.
   */
  fillUniform(array: Float32Array | Float64Array, low = 0, high = 1): void {
    if (!Number.isFinite(high - low) || low > high) {
      throw new SteepestError(`fillUniform(low ${low}, high ${high}): give finite numbers with low <= high`);
    }
    for (let i = 0; i < array.length; i++) array[i] = low + (high - low) * this.uniform();
  }
}

/**
 * A stream of random numbers keyed by (seed, purpose, step): the same key gives the same numbers bit for bit, and
 * streams of different purposes or steps are independent. Use a text that says what the numbers are for
 * ("batch order"), and the step, epoch or example they belong to.
 * Throws when the seed is not an integer from 0 to 2³² − 1, or the step not one from 0 to 2⁵³ − 1.
 */
export const random = (seed: number, purpose: string, step = 0): RandomStream =>
  new RandomStream(streamKey(seed, purpose), step);
