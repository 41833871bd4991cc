import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import type { Dataset } from "./dataset.js";
import { type Example, writeExample } from "./example.js";
import { describedParts, type SoleSpec, soleOptions } from "./named.js";
import type { FieldSpec, TargetSpec } from "./spec.js";

/** A dataset whose examples are read one by one when they are needed; see `dataset`. */
export interface DatasetReader extends SoleSpec {
  /** Named in every error message. */
  readonly name: string;
  /** Number of examples. */
  readonly size: number;
  /** What the inputs are, by name. @defaultValue one, called `input` */
  readonly inputs?: Readonly<Record<string, FieldSpec>>;
  /** What the targets are, by name; `{}` where there are none. @defaultValue one, called `target` */
  readonly targets?: Readonly<Record<string, TargetSpec>>;
  /** Whether examples have a `weight`. @defaultValue false */
  readonly weighted?: boolean;
  /** Example number `index`, from 0: the numbers of every input and target by its name. May be a promise, as of a file that is read. */
  readonly read: (index: number) => Example | Promise<Example>;
}

const readerOptions = ["name", "size", "inputs", "targets", "weighted", "read", ...soleOptions] as const;

/** A dataset over a function that reads one example. */
export const datasetOfReader = (options: DatasetReader): Dataset => {
  const { size, weighted = false, read } = requireKnown("dataset", options, readerOptions);
  const { name, inputs, targets, fail } = describedParts("dataset", options);
  if (typeof read !== "function") fail(`read is ${givenText(read)}; give a function of an example's number`);
  if (!Number.isSafeInteger(size) || size < 1)
    fail(`size is ${givenText(size)}; give the number of examples`);
  const kind = { name, inputs, targets, ...(weighted ? { weighted } : {}) };
  return {
    ...kind,
    size,
    read: (indices, into) => {
      const numbers = Array.from(indices);
      const outside = numbers.find((index) => !(Number.isInteger(index) && index >= 0 && index < size));
      if (outside !== undefined)
        throw new SteepestError(`dataset "${name}": no example ${outside}; it has ${size}`);
      const write = (examples: readonly Example[]) => {
        for (const [row, example] of examples.entries()) {
          writeExample(kind, example, { into, row, number: numbers[row] ?? missing() });
        }
      };
      const examples = numbers.map(read);
      const isReady = (all: typeof examples): all is Example[] =>
        all.every((each) => !(each instanceof Promise));
      return isReady(examples) ? write(examples) : Promise.all(examples).then(write);
    },
  };
};
