import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { shown } from "../shown.js";
import type { Dataset, ImageLayout, TargetKind } from "./dataset.js";
import { requireInputs } from "./inputs.js";
import { requireTargets, targetSize } from "./targets.js";

/** Arrays that make a dataset; see `dataset`. */
export interface DatasetArrays {
  /** Named in every error message. */
  readonly name: string;
  /** Examples one after another, n × product of `inputShape`; kept as given, not copied. */
  readonly inputs: Float32Array | Uint8Array;
  /** One class number per example where `classes` or `names` is given; else n × k values. */
  readonly targets: ArrayLike<number>;
  /** Shape of one input: `[784]`. */
  readonly inputShape: readonly number[];
  /** Number of classes. @defaultValue the number of `names` */
  readonly classes?: number;
  /** Names of the classes. */
  readonly names?: readonly string[];
  /** How an input is drawn as a picture. */
  readonly image?: ImageLayout;
  /** Names of the numbers of an input, such as `columns` of what `readCsv` gives. */
  readonly columns?: readonly string[];
}

type Fail = (problem: string) => never;

/** The inputs as arrays of this realm (a frame or `vm` context has classes of its own). Throws where they are anything else. */
const inputArray = (inputs: unknown, fail: Fail): Float32Array | Uint8Array => {
  if (inputs instanceof Float32Array || inputs instanceof Uint8Array) return inputs;
  const kind = Object.prototype.toString.call(inputs).slice(8, -1);
  if (ArrayBuffer.isView(inputs)) {
    const { buffer, byteOffset, byteLength } = inputs;
    if (kind === "Float32Array") return new Float32Array(buffer, byteOffset, byteLength / 4);
    if (kind === "Uint8Array" || kind === "Uint8ClampedArray") {
      return new Uint8Array(buffer, byteOffset, byteLength);
    }
  }
  return fail(
    `inputs is ${ArrayBuffer.isView(inputs) ? `a ${kind}` : givenText(inputs)}; give a Float32Array, as Float32Array.from(…) makes one, or a Uint8Array`,
  );
};

/** Throws unless `list` is a list of different texts. */
const checkNames = (what: string, list: unknown, fail: Fail): void => {
  if (!Array.isArray(list)) fail(`${what} is ${givenText(list)}; give a list of texts`);
  const seen = new Map<unknown, number>();
  for (const [k, text] of (list as readonly unknown[]).entries()) {
    if (typeof text !== "string") fail(`${what}[${k}] is ${givenText(text)}; give a text`);
    if (seen.has(text)) fail(`${what}[${seen.get(text)}] and [${k}] are both ${shown(String(text))}`);
    seen.set(text, k);
  }
};

/** The targets, of which there are as many as there must be, in float32. Throws where one is no number. */
const targetArray = (targets: ArrayLike<unknown>, width: number, fail: Fail): Float32Array => {
  const array = new Float32Array(targets.length);
  for (let k = 0; k < array.length; k++) {
    const value = targets[k];
    if (typeof value !== "number" && typeof value !== "bigint") {
      fail(`target of example ${Math.floor(k / width)} is ${givenText(value)}; give a number`);
    }
    array[k] = Number(value);
  }
  return array;
};

const checkShape = ({ inputShape, image }: DatasetArrays, fail: Fail): number => {
  const positive = (extent: unknown) => Number.isSafeInteger(extent) && Number(extent) > 0;
  if (!Array.isArray(inputShape)) fail(`inputShape is ${givenText(inputShape)}; give a list such as [784]`);
  if (!inputShape.every(positive)) fail(`inputShape is [${inputShape}]; give positive integers`);
  const width = inputShape.reduce((a, b) => a * b, 1);
  if (image) requireKnown("dataset: image", image, ["width", "height", "channels"]);
  if (image && image.width * image.height * image.channels !== width) {
    const { width: w, height: h, channels } = image;
    fail(`image layout ${w} x ${h} x ${channels} does not hold the ${width} numbers of one input`);
  }
  return width;
};

/**
 * A dataset over arrays in memory. With `classes` or `names` the targets are class numbers 0 … classes − 1; without,
 * they are values, equally many for each example. `read` is synchronous.
 *
 * Throws when the counts do not agree, a label is not a class, or a value is not finite, naming the first example.
 */
export const dataset = (arrays: DatasetArrays): Dataset => {
  const { name, inputShape, image, columns } = requireKnown("dataset", arrays, [
    "name",
    "inputs",
    "targets",
    "inputShape",
    "classes",
    "names",
    "columns",
    "image",
  ]);
  if (typeof name !== "string") throw new SteepestError(`dataset: name is ${givenText(name)}; give a text`);
  const fail = (problem: string): never => {
    throw new SteepestError(`dataset "${name}": ${problem}`);
  };
  const inputs = inputArray(arrays.inputs, fail);
  const width = checkShape(arrays, fail);
  const size = inputs.length / width;
  if (size === 0) fail("it has no examples; give at least one");
  if (!Number.isInteger(size)) {
    fail(`${inputs.length} input numbers are not a multiple of ${width} (inputShape [${inputShape}])`);
  }
  if (columns !== undefined) {
    checkNames("columns", columns, fail);
    if (columns.length !== width)
      fail(`${columns.length} names of columns for the ${width} numbers of an input; give one each`);
  }
  const target = targetKind(arrays, size, fail);
  const targetWidth = targetSize(target);
  const targets = targetArray(arrays.targets, targetWidth, fail);
  requireTargets(name, target, arrays.targets, (row) => row);
  if (inputs instanceof Float32Array) requireInputs(name, width, inputs, (row) => row);
  return {
    name,
    size,
    inputShape,
    target,
    ...(columns ? { columns } : {}),
    ...(image ? { image } : {}),
    read: (indices, inputRows, targetRows) => {
      for (let row = 0; row < indices.length; row++) {
        const index = indices[row] ?? missing();
        if (!(Number.isInteger(index) && index >= 0 && index < size))
          fail(`no example ${index}; it has ${size}`);
        inputRows.set(inputs.subarray(index * width, (index + 1) * width), row * width);
        for (let k = 0; k < targetWidth; k++) {
          targetRows[row * targetWidth + k] = targets[index * targetWidth + k] ?? missing();
        }
      }
    },
  };
};

const targetKind = (arrays: DatasetArrays, size: number, fail: Fail): TargetKind => {
  const { names } = arrays;
  const targets: unknown = arrays.targets;
  if (typeof targets !== "object" || targets === null || !("length" in targets)) {
    // What gives one after another, such as a generator, might never end.
    fail(`targets is ${givenText(targets)}; give a list or a typed array of numbers`);
  }
  const { length } = arrays.targets;
  const classes = arrays.classes ?? names?.length;
  if (classes === undefined) {
    if (length === 0 || length % size !== 0) {
      fail(`${length} target values for ${size} examples; give equally many for each example`);
    }
    return { kind: "value", size: length / size };
  }
  if (!Number.isInteger(classes) || classes < 2) fail(`classes is ${classes}; give an integer of at least 2`);
  if (names) checkNames("names", names, fail);
  if (names && names.length !== classes) fail(`${names.length} class names for ${classes} classes`);
  if (length !== size) fail(`${length} labels for ${size} examples; give one each`);
  return names ? { kind: "class", classes, names } : { kind: "class", classes };
};
