import type { Dataset } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import type { Loss } from "../nn/losses.js";
import { inOrder } from "./parts.js";

const isDataset = (data: unknown): data is Dataset =>
  typeof data === "object" && data !== null && "read" in data && "size" in data && "inputShape" in data;

const whatIsIt = (data: unknown): string =>
  data instanceof Promise ? "a promise" : data === null ? "null" : `a value of type ${typeof data}`;

/** Throws where something else was given as a dataset, as plain JavaScript allows. */
export const requireDataset = (what: string, data: unknown): void => {
  if (isDataset(data)) return;
  throw new SteepestError(
    `${what} is ${whatIsIt(data)}, not a dataset; ${data instanceof Promise ? "await it first" : "give what dataset() or a reader such as mnist() returns"}`,
  );
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
    : `${what} ${at} is ${JSON.stringify(here?.[at])}, but ${JSON.stringify(there?.[at])}`;
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
