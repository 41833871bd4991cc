import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";
import { type RandomStream, random } from "../random/random.js";
import type { Dataset } from "./dataset.js";
import { dataset } from "./memory.js";

/** What every toy problem takes. */
export interface ToyOptions {
  /** Number of examples. @defaultValue 1000 (21 for `polynomial`) */
  readonly n?: number;
  /**
   * Standard deviation of the normal noise on each coordinate (classification) or on y (regression).
   * @defaultValue 0.1 (`moons`), 0.05 (`circles`), 0.02 (`spirals`), 0.3 (`blobs`), 0.2 (`polynomial`)
   */
  readonly noise?: number;
  /** @defaultValue 0 */
  readonly seed?: number;
}

const toyOptions = ["n", "noise", "seed"] as const;

/** Two interleaving half circles in the plane, radius 1: two classes that no line separates. */
export const moons = (options: ToyOptions = {}): Dataset => {
  const { n = 1000, noise = 0.1, seed = 0 } = requireKnown("moons", options, toyOptions);
  return planar("moons", { n, noise, seed, classes: 2 }, (label, random) => {
    const angle = Math.PI * random.uniform();
    return label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  });
};

/** What toy problems take that have any number of classes. */
export interface ToyClassOptions extends ToyOptions {
  /** @defaultValue 2 (3 for `blobs`) */
  readonly classes?: number;
}

const toyClassOptions = [...toyOptions, "classes"] as const;

/** Circles around the origin, class c with radius (c + 1) / classes. */
export const circles = (options: ToyClassOptions = {}): Dataset => {
  const { n = 1000, noise = 0.05, seed = 0, classes = 2 } = requireKnown("circles", options, toyClassOptions);
  return planar("circles", { n, noise, seed, classes }, (label, random) => {
    const angle = 2 * Math.PI * random.uniform();
    const radius = (label + 1) / classes;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
};

/** Of `spirals`. */
export interface SpiralOptions extends ToyClassOptions {
  /** How often an arm winds around the origin. @defaultValue 1.5 */
  readonly turns?: number;
}

/** Archimedean spirals around the origin, one arm per class, each winding `turns` times out to radius 1. */
export const spirals = (options: SpiralOptions = {}): Dataset => {
  const {
    n = 1000,
    noise = 0.02,
    seed = 0,
    classes = 2,
    turns = 1.5,
  } = requireKnown("spirals", options, [...toyClassOptions, "turns"]);
  if (!Number.isFinite(turns)) throw new SteepestError(`spirals: turns is ${turns}; give a finite number`);
  return planar("spirals", { n, noise, seed, classes }, (label, random) => {
    // The square root spreads the points evenly along the arm, which grows longer with the radius.
    const radius = Math.sqrt(random.uniform());
    const angle = 2 * Math.PI * (turns * radius + label / classes);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
};

/** Normal clouds of standard deviation `noise` around centres evenly spread on the unit circle, one per class. */
export const blobs = (options: ToyClassOptions = {}): Dataset => {
  const { n = 1000, noise = 0.3, seed = 0, classes = 3 } = requireKnown("blobs", options, toyClassOptions);
  return planar("blobs", { n, noise, seed, classes }, (label) => {
    const angle = (2 * Math.PI * label) / classes;
    return [Math.cos(angle), Math.sin(angle)];
  });
};

/** A polynomial with noise; see `polynomial`. */
export interface PolynomialOptions extends ToyOptions {
  /** c₀, c₁, c₂, … of y = c₀ + c₁x + c₂x² + …. @defaultValue −0.5, 0.5, 1.5 (a quadratic) */
  readonly coefficients?: readonly number[];
  /** Ends of the interval on which the x lie evenly spaced. @defaultValue −1 (`high`: 1) */
  readonly low?: number;
  readonly high?: number;
}

/**
 * Regression in one dimension: n evenly spaced points x on [low, high] with y = Σ cₖxᵏ + noise · N(0, 1). The default
 * is the lecture's illustration, 21 points of a noisy quadratic. Another seed gives other noise on the same x.
 */
export const polynomial = (options: PolynomialOptions = {}): Dataset => {
  const {
    n = 21,
    noise = 0.2,
    seed = 0,
    coefficients = [-0.5, 0.5, 1.5],
    low = -1,
    high = 1,
  } = requireKnown("polynomial", options, [...toyOptions, "coefficients", "low", "high"]);
  check("polynomial", n, noise);
  if (!(low < high && Number.isFinite(high - low))) {
    throw new SteepestError(`polynomial: low ${low} and high ${high}; give finite numbers with low < high`);
  }
  const draws = random(seed, "polynomial");
  const inputs = Float32Array.from({ length: n }, (_, i) => low + ((high - low) * i) / Math.max(1, n - 1));
  const targets = inputs.map(
    (x) => coefficients.reduceRight((y, c) => y * x + c, 0) + noise * draws.normal(),
  );
  return dataset({ name: "polynomial", inputs, targets, inputShape: [1] });
};

/** Points in the plane: example i has class i mod `classes`, so that every prefix is balanced. */
const planar = (
  name: string,
  { n, noise, seed, classes }: { n: number; noise: number; seed: number; classes: number },
  place: (label: number, random: RandomStream) => readonly [number, number],
): Dataset => {
  check(name, n, noise);
  const draws = random(seed, name);
  const inputs = new Float32Array(2 * n);
  const labels = Uint32Array.from({ length: n }, (_, i) => i % classes);
  labels.forEach((label, i) => {
    const [x, y] = place(label, draws);
    inputs[2 * i] = x + noise * draws.normal();
    inputs[2 * i + 1] = y + noise * draws.normal();
  });
  return dataset({ name, inputs, targets: labels, inputShape: [2], classes });
};

const check = (name: string, n: number, noise: number): void => {
  if (!Number.isInteger(n) || n < 1) throw new SteepestError(`${name}: n is ${n}; give a positive integer`);
  if (!(noise >= 0 && noise < Infinity)) {
    throw new SteepestError(`${name}: noise is ${noise}; give a standard deviation of at least 0`);
  }
};
