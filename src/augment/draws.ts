import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { RandomStream, random, streamKey } from "../random/random.js";

/** Which example is transformed, and when: all that a draw depends on. */
export interface Example {
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
  /** Number of the pass over the data, from 0. */
  readonly epoch: number;
  /** Number of the example in its data set. */
  readonly index: number;
}

const requireBelow = (name: string, value: number, end: number): void => {
  if (Number.isInteger(value) && value >= 0 && value < end) return;
  throw new SteepestError(`augmentation: ${name} is ${value}; give a whole number from 0 to ${end - 1}`);
};

/** The logarithm of a number from the Gamma distribution: of Γ(α + 1) by Marsaglia and Tsang (2000), times U^(1/α). Small α stay in range. */
const logGamma = (stream: RandomStream, alpha: number): number => {
  const d = alpha + 2 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    const u = 1 - stream.uniform();
    if (v > 0 && Math.log(u) < (x * x) / 2 + d * (1 - v + Math.log(v))) {
      return Math.log(d * v) + Math.log(1 - stream.uniform()) / alpha;
    }
  }
};

/** Random numbers for one example in one epoch, a function of (seed, epoch, index) alone: neither order nor threads change them. */
export class Draws {
  readonly example: Example;
  readonly #stream: RandomStream;

  constructor(example: Example, purpose = "augmentation") {
    const { seed, epoch, index } = example;
    requireBelow("seed", seed, 2 ** 32);
    requireBelow("epoch", epoch, 2 ** 21);
    requireBelow("index", index, 2 ** 32);
    this.example = example;
    this.#stream = new RandomStream(streamKey(seed, purpose), epoch * 2 ** 32 + index);
  }

  /** Uniform from low to high. */
  between(low: number, high: number): number {
    return low + (high - low) * this.#stream.uniform();
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return low + this.#stream.integer(high - low + 1);
  }

  /** From 0 to 1 by the Beta distribution with both parameters `alpha`. */
  beta(alpha: number): number {
    const [x, y] = [logGamma(this.#stream, alpha), logGamma(this.#stream, alpha)];
    return 1 / (1 + Math.exp(y - x));
  }

  /** True with a probability. */
  happens(probability: number): boolean {
    return this.#stream.uniform() < probability;
  }

  /** 1 or -1. */
  sign(): 1 | -1 {
    return this.#stream.word() % 2 === 0 ? 1 : -1;
  }

  /** One of a list. */
  one<T>(list: readonly T[]): T {
    return list[this.#stream.integer(list.length)] ?? missing();
  }

  /** A list in random order. */
  shuffled<T>(list: readonly T[]): T[] {
    return Array.from(this.#stream.permutation(list.length), (i) => list[i] ?? missing());
  }

  /** 32 random bits, from which a transformation that needs many numbers makes its own with `random(word, purpose)`. */
  word(): number {
    return this.#stream.word();
  }

  /** Random numbers that are the same for this example in every epoch. */
  always(purpose: string): RandomStream {
    return random(this.example.seed, purpose, this.example.index);
  }
}
