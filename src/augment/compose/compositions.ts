import { check, share } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireSteps } from "../augmentation.js";
import type { Composition, Step } from "../transformation.js";

const composition = (name: string, steps: readonly Step[], choose: Composition["choose"]): Composition => {
  requireSteps(name, steps);
  if (steps.length === 0) throw new SteepestError(`${name}: expected at least one transformation, got none`);
  return { name, of: steps, choose };
};

/** All of them, one after another: what stands together in another composition. */
export const chain = (...steps: readonly Step[]): Composition => composition("chain", steps, () => steps);

/** All of them, in an order that is drawn anew for each example. */
export const inRandomOrder = (...steps: readonly Step[]): Composition =>
  composition("inRandomOrder", steps, (draws) => draws.shuffled(steps));

/** One of them, all with the same probability. */
export const oneOf = (...steps: readonly Step[]): Composition =>
  composition("oneOf", steps, (draws) => [draws.one(steps)]);

/**
 * A transformation with a probability, else nothing.
 *
 * Throws on a probability that is not a number from 0 to 1.
 */
export const sometimes = (probability: number, step: Step): Composition => {
  check("sometimes", share, { probability });
  return composition("sometimes", [step], (draws) => (draws.happens(probability) ? [step] : []));
};

/** So many of them, each drawn from all: one may come more than once. */
export const someOf = (count: number, steps: readonly Step[]): Composition => {
  if (!Number.isInteger(count) || count < 1) {
    throw new SteepestError(`someOf: count is ${count}; give a whole number of at least 1`);
  }
  return composition("someOf", steps, (draws) => Array.from({ length: count }, () => draws.one(steps)));
};
