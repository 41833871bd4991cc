import type { Dataset } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import type { Loss } from "../nn/losses.js";
import { shown } from "../shown.js";
import { inOrder } from "./parts.js";

const count = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least;

/** More examples than this cannot be put in random order. */
const MOST = 2 ** 32 - 1;

const targetProblem = (target: unknown): string | undefined => {
  if (typeof target !== "object" || target === null || !("kind" in target))
    return `target is ${givenText(target)}`;
  if (target.kind === "value") {
    return "size" in target && count(target.size, 1) ? undefined : "target.size is no positive integer";
  }
  if (target.kind !== "class") return `target.kind is ${givenText(target.kind)}, neither "class" nor "value"`;
  if (!("classes" in target) || !count(target.classes, 2)) return "target.classes is no integer from 2 on";
  const names = "names" in target ? target.names : undefined;
  if (names === undefined || (Array.isArray(names) && names.length === target.classes)) return undefined;
  return `target.names is ${givenText(names)} for ${target.classes} classes`;
};

/** What keeps an object from being a dataset; undefined where nothing does. */
const problemOf = (data: object): string | undefined => {
  if (!("read" in data) || typeof data.read !== "function") return "it has no function `read`";
  if (!("size" in data) || !count(data.size, 1) || Number(data.size) > MOST) {
    return `its size is ${"size" in data ? givenText(data.size) : "missing"}, not a number of examples`;
  }
  const shape = "inputShape" in data ? data.inputShape : undefined;
  if (!Array.isArray(shape) || !shape.every((extent) => count(extent, 1))) {
    return `its inputShape is ${Array.isArray(shape) ? `[${shape}]` : givenText(shape)}, not a list of positive integers`;
  }
  return "target" in data ? targetProblem(data.target) : "it has no target";
};

/** Throws where something else was given as a dataset, as plain JavaScript allows. */
export const requireDataset = (what: string, data: unknown): void => {
  const advice =
    data instanceof Promise ? "await it first" : "give what dataset() or a reader such as mnist() returns";
  if (typeof data !== "object" || data === null || data instanceof Promise || Array.isArray(data)) {
    throw new SteepestError(`${what} is ${givenText(data)}, not a dataset; ${advice}`);
  }
  const problem = problemOf(data);
  if (problem !== undefined) throw new SteepestError(`${what} is not a dataset: ${problem}; ${advice}`);
};

const kindOf = ({ target }: Dataset) =>
  target.kind === "class" ? `${target.classes} classes` : `${target.size} target values`;

/** What a network must be built for to work on a dataset; equal for datasets that can be exchanged. */
const describe = (data: Dataset) => `inputs of shape [${data.inputShape}] and ${kindOf(data)}`;

/** The first place where two lists of names differ, in words; undefined where they agree, or one of them is not known. */
const difference = (
  what: string,
  here: readonly string[] | undefined,
  there: readonly string[] | undefined,
): string | undefined => {
  const at = here && there ? here.findIndex((name, i) => name !== there[i]) : -1;
  return at < 0
    ? undefined
    : `${what} ${at} is ${shown(here?.[at] ?? missing())}, but ${shown(there?.[at] ?? missing())}`;
};

const classesOf = ({ target }: Dataset) => (target.kind === "class" ? target.names : undefined);

/** Throws unless the examples of `data` are of the same kind as those trained on. `what` says what it is to the caller. */
export const requireSameKind = (what: string, data: Dataset, train: Dataset): void => {
  if (describe(data) !== describe(train)) {
    throw new SteepestError(
      `${what} ${data.name} has ${describe(data)}, but ${train.name} has ${describe(train)}; they must agree`,
    );
  }
  const differ = [
    difference("class", classesOf(data), classesOf(train)),
    difference("column", data.columns, train.columns),
  ].filter((text) => text !== undefined);
  if (differ.length > 0) {
    throw new SteepestError(
      `${what} ${data.name} is encoded otherwise than ${train.name}: ${differ.join(" there; ")} there; read both in one go, so that numbers mean the same`,
    );
  }
};

/** Reads a dataset through, and throws naming the first example whose target it should not have, or lies beyond what the loss can take. */
export const requireUsableTargets = async ({ name, targetRange }: Loss, data: Dataset): Promise<void> => {
  const [low, high] = targetRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for await (const part of inOrder(data)) {
    const wrong = part.targets.findIndex((target) => !(target >= low && target <= high));
    if (wrong < 0) continue;
    const example = part.indices[Math.floor((wrong * part.size) / part.targets.length)];
    throw new SteepestError(
      `${name}: the target of example ${example} of ${data.name} is ${part.targets[wrong]}; targets must lie in [${low}, ${high}]`,
    );
  }
};
