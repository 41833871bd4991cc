import type { Batch } from "../data/batches.js";
import {
  type Dataset,
  type ExampleKind,
  type Field,
  hasMixtures,
  type Target,
  targetShape,
} from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import type { Objective } from "../nn/objective.js";
import { shown } from "../shown.js";
import { inOrder } from "./parts.js";

const count = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least;

/** More examples than this cannot be put in random order. */
const MOST = 2 ** 32 - 1;

const isShape = (shape: unknown): boolean =>
  Array.isArray(shape) && shape.every((extent: unknown) => count(extent, 1));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shapeProblem = (shape: unknown): string | undefined =>
  isShape(shape)
    ? undefined
    : `shape is ${Array.isArray(shape) ? `[${shape}]` : givenText(shape)}, not a list of positive integers`;

const fieldProblem = (field: unknown): string | undefined => {
  if (!isRecord(field)) return `is ${givenText(field)}`;
  const { kind, shape } = field;
  if (!["float", "int", "bool"].includes(String(kind))) {
    return `kind is ${givenText(kind)}, neither "float" nor "int" nor "bool"`;
  }
  return shapeProblem(shape);
};

const targetProblem = (target: unknown): string | undefined => {
  if (!isRecord(target)) return `is ${givenText(target)}`;
  const { kind, names } = target;
  if (kind === "value") return shapeProblem(target.shape);
  if (kind !== "class" && kind !== "labels" && kind !== "mixture") {
    return `kind is ${givenText(kind)}, neither "class" nor "labels" nor "value" nor "mixture"`;
  }
  const of = kind === "labels" ? "labels" : "classes";
  const number = target[of];
  const least = kind === "labels" ? 1 : 2;
  if (!count(number, least)) return `${of} is no integer from ${least} on`;
  if (names !== undefined && !(Array.isArray(names) && names.length === number)) {
    return `names is ${givenText(names)} for ${number} ${of}`;
  }
  return kind === "class" ? shapeProblem(target.shape) : undefined;
};

/** What keeps the inputs or targets of a dataset from being that; undefined where nothing does. */
const partsProblem = (
  what: "input" | "target",
  parts: unknown,
  problemIn: (part: unknown) => string | undefined,
): string | undefined => {
  if (!isRecord(parts)) return `its ${what}s are ${givenText(parts)}, not an object`;
  for (const [name, part] of Object.entries(parts)) {
    const problem = problemIn(part);
    if (problem !== undefined) return `its ${what} ${shown(name)}: ${problem}`;
  }
  return undefined;
};

/** What keeps an object from being a dataset; undefined where nothing does. */
const problemOf = (data: object): string | undefined => {
  if (!("read" in data) || typeof data.read !== "function") return "it has no function `read`";
  if (!("size" in data) || !count(data.size, 1) || Number(data.size) > MOST) {
    return `its size is ${"size" in data ? givenText(data.size) : "missing"}, not a number of examples`;
  }
  if (!("inputs" in data)) return "it has no inputs";
  const problem = partsProblem("input", data.inputs, fieldProblem);
  if (problem !== undefined) return problem;
  return "targets" in data ? partsProblem("target", data.targets, targetProblem) : "it has no targets";
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

const list = (parts: readonly string[]): string =>
  parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "nothing");

const fieldText = ([name, { kind, shape, categories }]: readonly [string, Field]): string =>
  `${name === "input" ? "inputs" : `"${name}"`} of shape [${shape}]${kind === "float" ? "" : ` (${categories === undefined ? kind : `${categories} categories`})`}`;

const targetText = ([name, target]: readonly [string, Target]): string => {
  const shape = targetShape(target);
  const count = shape.reduce((a, b) => a * b, 1);
  const places = shape.length > 0 ? ` at [${shape}] places` : "";
  const what =
    target.kind === "mixture"
      ? `mixtures of ${target.classes} classes`
      : target.kind === "class"
        ? `${target.classes} classes${places}`
        : target.kind === "labels"
          ? `${target.labels} labels`
          : `${count} target values${shape.length > 1 ? ` of shape [${shape}]` : ""}`;
  return name === "target" ? what : `"${name}" of ${what}`;
};

/** Throws where data can only be trained on. */
export const requireEvaluable = (what: string, data: ExampleKind): void => {
  if (!hasMixtures(data)) return;
  throw new SteepestError(
    `${what} ${data.name} has mixtures of classes, which are for training only; give the data that were mixed`,
  );
};

/** What a network must be built for to work on a dataset, in words; equal for datasets that can be exchanged. */
export const kindText = ({ inputs, targets }: ExampleKind): string =>
  list([...Object.entries(inputs).map(fieldText), ...Object.entries(targets).map(targetText)]);

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

/** Throws unless the examples of `data` are of the same kind as those trained on. `what` says what it is to the caller. */
export const requireSameKind = (what: string, data: Dataset, train: ExampleKind): void => {
  if (kindText(data) !== kindText(train)) {
    throw new SteepestError(
      `${what} ${data.name} has ${kindText(data)}, but ${train.name} has ${kindText(train)}; they must agree`,
    );
  }
  const namesOf = (target: Target | undefined) => (target && "names" in target ? target.names : undefined);
  const differ = [
    ...Object.keys(train.targets).map((name) =>
      difference("class", namesOf(data.targets[name]), namesOf(train.targets[name])),
    ),
    ...Object.keys(train.inputs).map((name) =>
      difference("column", data.inputs[name]?.columns, train.inputs[name]?.columns),
    ),
  ].filter((text) => text !== undefined);
  if (differ.length > 0) {
    throw new SteepestError(
      `${what} ${data.name} is encoded otherwise than ${train.name}: ${differ.join(" there; ")} there; read both in one go, so that numbers mean the same`,
    );
  }
};

/** Throws where a target is beyond what a loss can take. */
const requireInRange = ({ terms }: Objective, data: Dataset, { targets, size, indices }: Batch): void => {
  for (const { loss, target } of terms) {
    const [low, high] = loss.targetRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const values = targets[target] ?? missing();
    const wrong = values.findIndex((value) => value < low || value > high);
    if (wrong < 0) continue;
    const example = indices[Math.floor((wrong * size) / values.length)];
    throw new SteepestError(
      `${loss.name}: the target of example ${example} of ${data.name} is ${values[wrong]}; targets must lie in [${low}, ${high}]`,
    );
  }
};

/** Whether a loss does not take every number. */
export const isParticular = ({ terms }: Objective): boolean => terms.some(({ loss }) => loss.targetRange);

/** Reads a dataset through, and throws naming the first example whose target it should not have, or lies beyond what the loss can take. */
export const requireUsableTargets = async (objective: Objective, data: Dataset): Promise<void> => {
  for await (const part of inOrder(data)) requireInRange(objective, data, part);
};
