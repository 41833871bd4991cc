import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { type ExampleKind, type Field, fieldSize, type Rows, type Target, targetSize } from "./dataset.js";

/** What a number must be, and what an error message says of one that is not. */
interface Demand {
  readonly holds: (value: number) => boolean;
  readonly advice: string;
}

const finite = (value: number): boolean => Number.isFinite(Math.fround(value));

const wholeTo = (highest: number) => (value: number) =>
  Number.isInteger(value) && value >= 0 && value <= highest;

const isBit = (value: number): boolean => value === 0 || value === 1;

const demandOfField = ({ kind, categories, partial }: Field): Demand => {
  if (kind === "float" && partial) {
    return {
      holds: (value) => finite(value) || Number.isNaN(value),
      advice: "it must be finite in float32, or NaN where it is missing",
    };
  }
  if (kind === "float") return { holds: finite, advice: "fill or drop it first" };
  if (kind === "bool") return { holds: isBit, advice: "give 0 or 1" };
  if (categories === undefined) {
    return { holds: (value) => value === (value | 0), advice: "give a whole number of 32 bits" };
  }
  return {
    holds: wholeTo(categories - 1),
    advice: `its ${categories} categories are numbered from 0 to ${categories - 1}`,
  };
};

const demandOfTarget = (target: Target): Demand => {
  if (target.kind === "labels") return { holds: isBit, advice: "give 0 or 1" };
  if (target.kind === "mixture") {
    return {
      holds: (value) => value >= 0 && value <= 1,
      advice: "shares of classes are numbers from 0 to 1",
    };
  }
  const { partial = false } = target;
  if (target.kind === "value") {
    return {
      holds: partial ? (value) => finite(value) || Number.isNaN(value) : finite,
      advice: "it must be finite in float32",
    };
  }
  const isClass = wholeTo(target.classes - 1);
  return {
    holds: partial ? (value) => isClass(value) || value === -1 : isClass,
    advice: `labels are integers from 0 to ${target.classes - 1}${partial ? ", or -1 where one is left out" : ""}`,
  };
};

/** Says where in an example number `k` is. */
type Place = (k: number) => string;

const inputPlace = (name: string): Place =>
  name === "input" ? (k) => `input ${k}` : (k) => `number ${k} of input "${name}"`;

const targetPlace = (name: string, target: Target): Place => {
  const what = target.kind === "class" ? "label" : "target";
  const named = name === "target" ? "" : ` "${name}"`;
  return targetSize(target) === 1 ? () => `${what}${named}` : (k) => `${what} ${k}${named && ` of${named}`}`;
};

interface Checked {
  readonly demand: Demand;
  readonly place: Place;
  /** Numbers of an example. */
  readonly width: number;
}

const checkedField = (name: string, field: Field): Checked => ({
  demand: demandOfField(field),
  place: inputPlace(name),
  width: fieldSize(field),
});

const checkedTarget = (name: string, target: Target): Checked => ({
  demand: demandOfTarget(target),
  place: targetPlace(name, target),
  width: targetSize(target),
});

const weight: Checked = {
  demand: { holds: (value) => finite(value) && value >= 0, advice: "weights are finite and not negative" },
  place: () => "the weight",
  width: 1,
};

/** Where the first number is that is not finite; the length where all are. */
const firstNotFinite = (values: Float32Array): number => {
  // A loop: findIndex takes ten times as long, half a second on 60,000 images; so does asking `holds` for every pixel.
  let i = 0;
  while (i < values.length && Number.isFinite(values[i])) i++;
  return i;
};

const requireAll = (
  where: string,
  { demand: { holds, advice }, place, width }: Checked,
  values: ArrayLike<unknown>,
  exampleOf: (row: number) => number,
): void => {
  const first = holds === finite && values instanceof Float32Array ? firstNotFinite(values) : 0;
  for (let i = first; i < values.length; i++) {
    const value = values[i];
    const isNumber = typeof value === "number" || typeof value === "bigint";
    if (isNumber && holds(Number(value))) continue;
    throw new SteepestError(
      `${where}: ${place(i % width)} of example ${exampleOf(Math.floor(i / width))} is ${givenText(value)}; ${isNumber ? advice : "give a number"}`,
    );
  }
};

/** Throws, naming the first place and example behind `where`, where a number of an input is not what `field` says it is. */
export const requireField = (
  where: string,
  name: string,
  field: Field,
  values: ArrayLike<unknown>,
  exampleOf: (row: number) => number,
): void => requireAll(where, checkedField(name, field), values, exampleOf);

/** The same of a target. */
export const requireTarget = (
  where: string,
  name: string,
  target: Target,
  values: ArrayLike<unknown>,
  exampleOf: (row: number) => number,
): void => requireAll(where, checkedTarget(name, target), values, exampleOf);

/** The same of the weights of examples. */
export const requireWeights = (
  where: string,
  values: ArrayLike<unknown>,
  exampleOf: (row: number) => number,
): void => requireAll(where, weight, values, exampleOf);

/** Throws where any number of some examples is not what the data say it is; `exampleOf` tells which example a row is. */
export const requireRows = (data: ExampleKind, rows: Rows, exampleOf: (row: number) => number): void => {
  const where = `dataset "${data.name}"`;
  for (const [name, field] of Object.entries(data.inputs)) {
    requireField(where, name, field, rows.inputs[name] ?? [], exampleOf);
  }
  for (const [name, target] of Object.entries(data.targets)) {
    requireTarget(where, name, target, rows.targets[name] ?? [], exampleOf);
  }
  if (rows.weights) requireWeights(where, rows.weights, exampleOf);
};
