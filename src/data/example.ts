import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireField, requireTarget, requireWeights } from "./checks.js";
import { type Column, type ExampleKind, fieldSize, type Rows, targetSize } from "./dataset.js";
import { isList } from "./numbers.js";

/** The numbers of one input or target of an example: a number, a list or typed array of them, or lists of lists. */
export type ExampleValue =
  | number
  | boolean
  | ArrayLike<number>
  | ArrayLike<bigint>
  | ArrayLike<boolean>
  | readonly ExampleValue[];

/**
 * One example: the numbers of each input and target by its name, those of only ones as `input` and `target`; and its `weight`, where
 * examples are weighted.
 */
export type Example = Readonly<Record<string, ExampleValue>>;

/** Where an example goes, and which one it is. */
interface Destination {
  readonly into: Rows;
  readonly row: number;
  readonly number: number;
}

const collect = (value: unknown, into: unknown[]): unknown[] => {
  if (!isList(value)) into.push(typeof value === "boolean" ? Number(value) : value);
  else for (let i = 0; i < value.length; i++) collect(value[i], into);
  return into;
};

/** The numbers of a value, however they are nested. */
const numbersOf = (value: unknown): ArrayLike<unknown> =>
  isList(value) && ArrayBuffer.isView(value) ? value : collect(value, []);

/**
 * Writes an example into a row of every column. Throws where it lacks an input or target, or has other numbers than it should, naming
 * the example.
 */
export const writeExample = (
  kind: ExampleKind,
  example: Example,
  { into, row, number }: Destination,
): void => {
  const { name: dataset, inputs, targets } = kind;
  if (typeof example !== "object" || example === null) {
    const names = [...Object.keys(inputs), ...Object.keys(targets)].join(", ");
    throw new SteepestError(
      `dataset "${dataset}": example ${number} is ${givenText(example)}; give an object such as { ${names} }`,
    );
  }
  const exampleOf = () => number;
  const write = (
    name: string,
    width: number,
    column: Column | undefined,
    check: (values: ArrayLike<unknown>) => void,
  ): void => {
    const value = example[name];
    if (value === undefined) {
      throw new SteepestError(
        `dataset "${dataset}": example ${number} has no ${name}; give it ${width === 1 ? "a number" : `${width} numbers`}`,
      );
    }
    const values = numbersOf(value);
    if (values.length !== width) {
      throw new SteepestError(
        `dataset "${dataset}": ${name} of example ${number} has ${values.length} numbers; give ${width}`,
      );
    }
    check(values);
    for (let i = 0; i < width; i++) (column ?? missing())[row * width + i] = Number(values[i]);
  };
  for (const [name, field] of Object.entries(inputs)) {
    write(name, fieldSize(field), into.inputs[name], (values) =>
      requireField(`dataset "${dataset}"`, name, field, values, exampleOf),
    );
  }
  for (const [name, target] of Object.entries(targets)) {
    write(name, targetSize(target), into.targets[name], (values) =>
      requireTarget(`dataset "${dataset}"`, name, target, values, exampleOf),
    );
  }
  if (into.weights) {
    write("weight", 1, into.weights, (values) => requireWeights(`dataset "${dataset}"`, values, exampleOf));
  }
};
