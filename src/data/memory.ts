import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { requireField, requireTarget, requireWeights } from "./checks.js";
import { type Column, type Dataset, type Field, fieldSize, type Target, targetSize } from "./dataset.js";
import { type Named, namedParts, type SoleSpec, soleOptions } from "./named.js";
import { type Fail, type Flat, flat, type Numbers } from "./numbers.js";
import { type DatasetReader, datasetOfReader } from "./reader.js";
import { type FieldSpec, fieldOf, type TargetSpec, targetOf } from "./spec.js";

/** Arrays that make a dataset; see `dataset`. */
export interface DatasetArrays extends SoleSpec {
  /** Named in every error message. */
  readonly name: string;
  /** The numbers of an only input, or of several by their names, each alone or with what it is beside its `values`. Typed arrays of up to 32 bits are kept as given, not copied. */
  readonly inputs: Numbers | Readonly<Record<string, Numbers | (FieldSpec & { readonly values: Numbers })>>;
  /** The targets, in the same way. Without any, a loss of inputs and outputs can be trained. @defaultValue none */
  readonly targets?:
    | Numbers
    | Readonly<Record<string, Numbers | (TargetSpec & { readonly values: Numbers })>>;
  /** How much each example counts in losses and metrics. @defaultValue all alike */
  readonly weights?: ArrayLike<number>;
}

/** The numbers of a column in memory: typed arrays of up to 32 bits as they are, others in an array of the column's kind. */
const storedIn = (kind: "float" | "int" | "bytes", values: ArrayLike<unknown>) => {
  if (values instanceof Float32Array) return values;
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray || values instanceof Int8Array) {
    return values;
  }
  if (values instanceof Int16Array || values instanceof Uint16Array) return values;
  if (values instanceof Int32Array || values instanceof Uint32Array) return values;
  const Type = kind === "float" ? Float32Array : kind === "int" ? Int32Array : Uint8Array;
  const stored = new Type(values.length);
  for (let i = 0; i < stored.length; i++) stored[i] = Number(values[i]);
  return stored;
};

/** One input or target in memory. */
interface Part {
  readonly name: string;
  readonly stored: ReturnType<typeof storedIn>;
  /** Numbers of an example. */
  readonly width: number;
}

/** Throws where truths were given for numbers of another kind. */
const refuseTruths = ({ booleans }: Flat, allowed: boolean, what: string, fail: Fail): void => {
  if (booleans && !allowed) fail(`${what} holds true and false; give numbers`);
};

/** How many examples there are, from the numbers of an input. */
const examplesOf = ({ values, extents }: Flat, { shape }: Field, fail: Fail): number => {
  const width = shape.reduce((a, b) => a * b, 1);
  const size = values.length / width;
  if (size === 0) fail("it has no examples; give at least one");
  if (!Number.isInteger(size)) {
    fail(`${values.length} input numbers are not a multiple of ${width} (inputShape [${shape}])`);
  }
  if (extents.length > 1 && extents[0] !== size) {
    fail(`${extents[0]} lists of ${extents.slice(1).join(" x ")} numbers are not inputs of shape [${shape}]`);
  }
  return size;
};

const inputPart = (dataset: string, { name, given, spec, fail }: Named<unknown, FieldSpec>) => {
  const numbers = flat(name === "input" ? "inputs" : name, given, fail);
  const { values, extents, booleans } = numbers;
  const told = {
    shape: extents.length > 1 ? extents.slice(1) : [1],
    kind: booleans ? ("bool" as const) : ("float" as const),
  };
  const field = fieldOf(spec, fail, told);
  const size = examplesOf(numbers, field, fail);
  refuseTruths(numbers, field.kind === "bool", "it", fail);
  // Bytes are always numbers.
  if (field.kind !== "float" || !(values instanceof Uint8Array)) {
    requireField(`dataset "${dataset}"`, name, field, values, (row) => row);
  }
  const kind = field.kind === "bool" ? "bytes" : field.kind;
  return { field, size, part: { name, stored: storedIn(kind, values), width: fieldSize(field) } };
};

/** Throws where there are not as many targets as `size` examples have. */
const checkTargets = (
  { values: { length }, extents }: Flat,
  target: Target,
  size: number,
  fail: Fail,
): void => {
  const width = targetSize(target);
  if (length === size * width && (extents.length === 1 || extents[0] === size)) return;
  fail(
    target.kind === "class"
      ? `${length} labels for ${size} examples; give ${width === 1 ? "one" : width} each`
      : `${length} target values for ${size} examples; give equally many for each example`,
  );
};

const targetPart = (
  dataset: string,
  { name, given, spec, fail }: Named<unknown, TargetSpec>,
  size: number,
) => {
  const numbers = flat(name === "target" ? "targets" : name, given, fail);
  const { values, extents } = numbers;
  const isClass = (spec.labels ?? false) === false && (spec.classes ?? spec.names) !== undefined;
  const each = Math.max(1, Math.floor(values.length / size));
  const target = targetOf(spec, fail, extents.length > 1 ? extents.slice(1) : isClass ? [] : [each]);
  checkTargets(numbers, target, size, fail);
  refuseTruths(numbers, target.kind === "labels", "targets", fail);
  requireTarget(`dataset "${dataset}"`, name, target, values, (row) => row);
  const kind = target.kind === "value" ? "float" : target.kind === "class" ? "int" : "bytes";
  return { target, part: { name, stored: storedIn(kind, values), width: targetSize(target) } };
};

const copyRows = ({ stored, width }: Part, indices: ArrayLike<number>, into: Column | undefined): void => {
  const column = into ?? missing();
  if (width === 1) {
    for (let row = 0; row < indices.length; row++) column[row] = stored[indices[row] ?? -1] ?? missing();
    return;
  }
  for (let row = 0; row < indices.length; row++) {
    const start = (indices[row] ?? missing()) * width;
    column.set(stored.subarray(start, start + width), row * width);
  }
};

const weightsOf = (dataset: string, weights: unknown, size: number, fail: Fail): Part => {
  const { values } = flat("weights", weights, fail);
  if (values.length !== size) fail(`${values.length} weights for ${size} examples; give one each`);
  requireWeights(`dataset "${dataset}"`, values, (row) => row);
  if (size > 0 && Array.prototype.every.call(values, (weight) => Number(weight) === 0)) {
    fail("all weights are 0, so that nothing would be learned; give some example a weight above 0");
  }
  return { name: "weights", stored: storedIn("float", values), width: 1 };
};

const arrayOptions = ["name", "inputs", "targets", "weights", ...soleOptions] as const;

const datasetOfArrays = (arrays: DatasetArrays): Dataset => {
  const { weights } = requireKnown("dataset", arrays, arrayOptions);
  const all = "targets" in arrays ? arrays : { ...arrays, targets: {} };
  const { name, inputs: givenInputs, targets: givenTargets, fail } = namedParts("dataset", all);
  const inputs = givenInputs.map((each) => inputPart(name, each));
  const { size } = inputs[0] ?? missing();
  for (const { size: other, part } of inputs) {
    if (other !== size) {
      fail(`input "${part.name}" has ${other} examples, but "${inputs[0]?.part.name}" has ${size}`);
    }
  }
  const targets = givenTargets.map((each) => targetPart(name, each, size));
  const weighed = weights && weightsOf(name, weights, size, fail);
  return {
    name,
    size,
    inputs: Object.fromEntries(inputs.map(({ part, field }) => [part.name, field])),
    targets: Object.fromEntries(targets.map(({ part, target }) => [part.name, target])),
    ...(weighed ? { weighted: true } : {}),
    read: (indices, into) => {
      for (let row = 0; row < indices.length; row++) {
        const index = indices[row] ?? missing();
        if (!(Number.isInteger(index) && index >= 0 && index < size)) {
          fail(`no example ${index}; it has ${size}`);
        }
      }
      for (const { part } of inputs) copyRows(part, indices, into.inputs[part.name]);
      for (const { part } of targets) copyRows(part, indices, into.targets[part.name]);
      if (weighed) copyRows(weighed, indices, into.weights);
    },
  };
};

/**
 * A dataset over arrays in memory, or one whose examples a function of one's own reads. An input is a list, a list of lists or a typed
 * array; targets are class numbers from 0 with `classes` or `names`, yes and no (1 and 0) to each of several `labels`, or values.
 *
 * ```ts
 * const points = dataset({ name: "points", inputs: [[0, 1], [1, 1], [2, 0]], targets: [0, 1, 1], classes: 2 });
 * const houses = dataset({
 *   name: "houses",
 *   inputs: { size: [80, 120, 65], place: { values: [2, 0, 1], categories: 3 } },
 *   targets: { price: [2.1, 3.4, 1.9], kind: { values: [0, 1, 0], names: ["flat", "house"] } },
 *   weights: [1, 1, 0.5],
 * });
 * const squares = dataset({ name: "squares", size: 1000, read: (index) => ({ input: index, target: index ** 2 }) });
 * ```
 *
 * Arrays are read synchronously. Throws when the counts do not agree, a label is not a class, an id is no category, or a value is not finite, naming the
 * input or target and the first example; for what a function reads, when it is read.
 */
export const dataset = (options: DatasetArrays | DatasetReader): Dataset =>
  typeof options === "object" && options !== null && "read" in options
    ? datasetOfReader(options)
    : datasetOfArrays(options);
