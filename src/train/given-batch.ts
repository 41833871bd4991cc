import { requireField, requireTarget, requireWeights } from "../data/checks.js";
import { type ExampleKind, fieldSize, targetSize } from "../data/dataset.js";
import { flat, isList, type Numbers } from "../data/numbers.js";
import type { BatchArray } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { nearest } from "../options.js";
import { listed, shown } from "../shown.js";

/** Numbers of some examples by name; those of an only input or target alone. */
export type GivenColumns = Numbers | Readonly<Record<string, Numbers>>;

/**
 * Some examples for a trainer: a batch of `batches`, or lists of lists, one for each example, or numbers one example after another.
 */
export interface GivenBatch {
  readonly inputs: GivenColumns;
  /** Left out where the loss takes none. */
  readonly targets?: GivenColumns;
  /** How much each example counts, where examples are weighted. */
  readonly weights?: Numbers;
}

const arrays = {
  float: Float32Array,
  int: Int32Array,
  bool: Uint8Array,
  value: Float32Array,
  class: Int32Array,
  labels: Uint8Array,
  mixture: Float32Array,
} as const;

/** What one column of a batch must be. */
export interface ColumnKind {
  readonly part: "inputs" | "targets" | "weights";
  readonly name: string;
  /** Numbers of an example. */
  readonly width: number;
  /** The arrays that are taken as they are. */
  readonly array: (typeof arrays)[keyof typeof arrays];
  /** Throws, behind `where`, where a number is none that it can have. */
  readonly check: (where: string, values: ArrayLike<unknown>) => void;
}

const itself = (row: number): number => row;

/** What the inputs of some kind of examples must be. */
export const inputColumns = ({ inputs }: ExampleKind): ColumnKind[] =>
  Object.entries(inputs).map(([name, field]) => ({
    part: "inputs",
    name,
    width: fieldSize(field),
    array: arrays[field.kind],
    check: (where, values) => requireField(where, name, field, values, itself),
  }));

/** What inputs, targets and weights must be. */
export const batchColumns = (kind: ExampleKind): ColumnKind[] => [
  ...inputColumns(kind),
  ...Object.entries(kind.targets).map(
    ([name, target]): ColumnKind => ({
      part: "targets",
      name,
      width: targetSize(target),
      array: arrays[target.kind],
      check: (where, values) => requireTarget(where, name, target, values, itself),
    }),
  ),
  ...(kind.weighted
    ? [
        {
          part: "weights",
          name: "weights",
          width: 1,
          array: Float32Array,
          check: (where: string, values: ArrayLike<unknown>) => requireWeights(where, values, itself),
        } as const,
      ]
    : []),
];

/** A batch that was looked at: the numbers of each column, in the columns' order. */
export interface ReadBatch {
  readonly size: number;
  readonly values: readonly ArrayLike<number>[];
}

const partWord = { inputs: "input", targets: "target", weights: "weight" } as const;

/** Throws, saying which there are, unless a part of a batch has a column for each that there must be, and no others. */
const requireNames = (
  where: string,
  part: ColumnKind["part"],
  names: readonly string[],
  given: unknown,
): void => {
  const word = partWord[part];
  if (given === undefined && names.length === 0) return;
  if (typeof given !== "object" || given === null) {
    const list = names.length === 1 ? "a list of lists of numbers, or " : "";
    throw new SteepestError(`${where}: ${part} is ${givenText(given)}; give ${list}{ ${names.join(", ")} }`);
  }
  if (isList(given)) {
    const instead = names.length === 0 ? "leave it out" : `give { ${names.join(", ")} }`;
    throw new SteepestError(
      `${where}: ${part} is a list, but there are ${names.length} ${word}s; ${instead}`,
    );
  }
  const surplus = Object.keys(given).find((name) => !names.includes(name));
  if (surplus !== undefined) {
    const near = nearest(surplus, names);
    const advice = near === undefined ? `the ${word}s are ${listed(names)}` : `did you mean ${near}?`;
    throw new SteepestError(`${where}: there is no ${word} ${shown(surplus)}; ${advice}`);
  }
  const absent = names.find((name) => !Object.hasOwn(given, name));
  if (absent !== undefined) {
    throw new SteepestError(`${where}: the ${word} ${shown(absent)} is missing; give ${listed(names)}`);
  }
};

/** The numbers of a column, however they were given. Throws where they are not what it must have. */
const numbersOf = (
  where: string,
  { name, width, array, check }: ColumnKind,
  given: unknown,
  trusted: boolean,
): ArrayLike<number> => {
  if (trusted && given instanceof array && given.length > 0 && given.length % width === 0) return given;
  const fail = (problem: string): never => {
    throw new SteepestError(`${where}: ${problem}`);
  };
  const { values } = flat(name, given, fail);
  if (values.length === 0) fail(`${name} is empty; give at least one example`);
  if (values.length % width !== 0) {
    fail(
      `${name} has ${values.length} numbers, which are not a whole number of examples; give ${width} for each`,
    );
  }
  check(where, values);
  return values as ArrayLike<number>;
};

/** Reads batches of one kind. Where they are trusted, the numbers of arrays of the right type are not looked at. */
export const batchReader = (
  where: string,
  columns: readonly ColumnKind[],
  { trusted }: { readonly trusted: boolean },
): ((given: GivenBatch) => ReadBatch) => {
  const named = (part: ColumnKind["part"]) =>
    columns.filter((column) => column.part === part).map(({ name }) => name);
  const names = { inputs: named("inputs"), targets: named("targets"), weights: named("weights") };
  return (given) => {
    if (typeof given !== "object" || given === null || isList(given)) {
      throw new SteepestError(`${where}: expected a batch { inputs, targets }, got ${givenText(given)}`);
    }
    const single = (part: "inputs" | "targets") => names[part].length === 1 && isList(given[part]);
    for (const part of ["inputs", "targets"] as const) {
      if (!single(part)) requireNames(where, part, names[part], given[part]);
    }
    if (names.weights.length === 0 && given.weights !== undefined) {
      throw new SteepestError(
        `${where}: examples were given weights, but the trainer was made without; say weighted: true`,
      );
    }
    let size = 0;
    const values = columns.map((column, i) => {
      const { part, name, width } = column;
      const all: unknown = given[part];
      const own = part === "weights" || single(part) ? all : (all as Readonly<Record<string, unknown>>)[name];
      const numbers = numbersOf(where, column, own, trusted);
      const count = numbers.length / width;
      if (i > 0 && count !== size) {
        throw new SteepestError(
          `${where}: ${columns[0]?.name} has ${size} examples, ${name} ${count}; give equally many`,
        );
      }
      size = count;
      return numbers;
    });
    return { size, values };
  };
};

/** Writes a column's numbers to where an engine reads them. */
export const writeColumn = (place: BatchArray, values: ArrayLike<number>): void => {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    place.set(Array.from(values, Number));
  else place.set(values);
};
