import type { Target } from "../../data/dataset.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { listed, shown } from "../../shown.js";
import type { ClassWeights } from "./loss.js";

/** Weights in the order of the classes; that of a class which is not named is 1. */
const byName = (
  what: string,
  given: Readonly<Record<string, number>>,
  names: readonly string[],
): readonly number[] => {
  if (typeof given !== "object" || given === null) {
    throw new SteepestError(
      `${what}: expected "balanced", a list of numbers or numbers by the names of classes, got ${givenText(given)}`,
    );
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new SteepestError(`${what}: there is no class ${shown(unknown)}; the classes are ${listed(names)}`);
  }
  return names.map((name) => given[name] ?? 1);
};

const isList = (given: ClassWeights): given is readonly number[] => Array.isArray(given);

/**
 * The weight of every class of a target; `counts` is how many training examples each has. Throws where there are not as many as classes, one is no
 * weight, or they are "balanced" where nobody counted.
 */
export const classWeightsOf = (
  loss: string,
  given: ClassWeights,
  target: Target,
  counts: readonly number[] | undefined,
): readonly number[] => {
  const what = `${loss}: classWeights`;
  if (target.kind !== "class") throw new SteepestError(`${what}: the targets are no classes; leave them out`);
  const { classes, names = Array.from({ length: classes }, (_, c) => `${c}`) } = target;
  if (given === "balanced") {
    if (counts === undefined) {
      throw new SteepestError(
        `${what} are "balanced", but there is no training data in which to count classes; give a number for each class`,
      );
    }
    const total = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => total / (classes * Math.max(1, count)));
  }
  const list = isList(given) ? given : byName(what, given, names);
  if (list.length !== classes) {
    throw new SteepestError(`${what}: ${list.length} weights for ${classes} classes; give one each`);
  }
  const wrong = list.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new SteepestError(
      `${what}: that of class ${shown(names[wrong] ?? "")} is ${givenText(list[wrong])}; give finite numbers that are not negative`,
    );
  }
  return list;
};
