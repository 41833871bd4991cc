import type { Field } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { batch, type DType, input, type Tensor } from "../graph/index.js";
import { nearest } from "../options.js";
import { listed, shown } from "../shown.js";

/** What an input is, or the shape of one of floats, without the batch dimension. */
type FieldOrShape = Field | readonly number[];

/** What a network is given: its inputs by name, or the shape of a single one of floats, which is then called `input`. */
export type NetworkInputs = Readonly<Record<string, FieldOrShape>> | readonly number[];

const isShape = (given: NetworkInputs | FieldOrShape): given is readonly number[] => Array.isArray(given);

const fieldOf = (given: FieldOrShape): Field => (isShape(given) ? { kind: "float", shape: given } : given);

/** The inputs by name. */
export const fieldsOf = (inputs: NetworkInputs): Readonly<Record<string, Field>> =>
  isShape(inputs)
    ? { input: fieldOf(inputs) }
    : Object.fromEntries(Object.entries(inputs).map(([name, given]) => [name, fieldOf(given)]));

/** How values of each kind are given to the graph. */
const dtypes: Readonly<Record<Field["kind"], DType>> = { float: "float32", int: "int64", bool: "bool" };

/** The inputs of a graph for batches of such examples. */
export const tensorsOf = (fields: Readonly<Record<string, Field>>): Readonly<Record<string, Tensor>> => {
  const names = Object.keys(fields);
  if (names.length === 0) {
    throw new SteepestError("a network needs at least one input; name one, as in { image: [784] }");
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, { kind, shape }]) => {
      if (!Object.hasOwn(dtypes, kind)) {
        throw new SteepestError(
          `the input ${shown(name)} is of kind ${givenText(kind)}; expected ${Object.keys(dtypes).join(", ")}`,
        );
      }
      return [name, input(name, [batch, ...shape], dtypes[kind])];
    }),
  );
};

/** The inputs as a network of named ones is given them: asking for another name throws, saying which there are. */
export const strict = (inputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> =>
  new Proxy(inputs, {
    get: (target, name) => {
      if (typeof name !== "string" || Object.hasOwn(target, name)) return Reflect.get(target, name);
      const names = Object.keys(target);
      const near = nearest(name, names);
      throw new SteepestError(
        `the network asks for the input ${shown(name)}, but the data has ${listed(names)}${near === undefined ? "" : `; did you mean ${near}?`}`,
      );
    },
  });
