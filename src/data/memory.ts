import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Dataset, ImageLayout, TargetKind } from "./dataset.js";
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
  /** Number of classes; default the number of `names`. */
  readonly classes?: number;
  /** Names of the classes. */
  readonly names?: readonly string[];
  /** How an input is drawn as a picture. */
  readonly image?: ImageLayout;
  /** Names of the numbers of an input, such as `columns` of what `readCsv` gives. */
  readonly columns?: readonly string[];
}

/**
 * A dataset over arrays in memory. With `classes` or `names` the targets are class numbers 0 … classes − 1; without,
 * they are values, equally many for each example. `read` is synchronous.
 *
 * Throws when the counts do not agree, a label is not a class, or a value is not finite, naming the first example.
 */
export const dataset = (arrays: DatasetArrays): Dataset => {
  const { name, inputs, inputShape, image, columns } = arrays;
  const fail = (problem: string): never => {
    throw new SteepestError(`dataset "${name}": ${problem}`);
  };
  if (!inputShape.every((extent) => Number.isInteger(extent) && extent > 0)) {
    fail(`inputShape is [${inputShape}]; give positive integers`);
  }
  const width = inputShape.reduce((a, b) => a * b, 1);
  const size = inputs.length / width;
  if (size === 0) fail("it has no examples; give at least one");
  if (!Number.isInteger(size)) {
    fail(`${inputs.length} input numbers are not a multiple of ${width} (inputShape [${inputShape}])`);
  }
  if (image && image.width * image.height * image.channels !== width) {
    const { width: w, height: h, channels } = image;
    fail(`image layout ${w} x ${h} x ${channels} does not hold the ${width} numbers of one input`);
  }
  if (columns && columns.length !== width) {
    fail(`${columns.length} names of columns for the ${width} numbers of an input; give one each`);
  }
  const targets = Float32Array.from(arrays.targets);
  const target = targetKind(arrays, size, fail);
  const targetWidth = targetSize(target);
  requireTargets(name, target, arrays.targets, (row) => row);
  // A loop: findIndex takes ten times as long, half a second on 60,000 images.
  for (let k = 0; inputs instanceof Float32Array && k < inputs.length; k++) {
    if (!Number.isFinite(inputs[k])) {
      fail(`input ${k % width} of example ${Math.floor(k / width)} is ${inputs[k]}; fill or drop it first`);
    }
  }
  const source: Dataset = {
    name,
    size,
    inputShape,
    target,
    read: (indices, inputRows, targetRows) => {
      for (let row = 0; row < indices.length; row++) {
        const index = indices[row] ?? -1;
        if (!(Number.isInteger(index) && index >= 0 && index < size))
          fail(`no example ${index}; it has ${size}`);
        inputRows.set(inputs.subarray(index * width, (index + 1) * width), row * width);
        for (let k = 0; k < targetWidth; k++) {
          targetRows[row * targetWidth + k] = targets[index * targetWidth + k] ?? missing();
        }
      }
    },
  };
  return { ...source, ...(image ? { image } : {}), ...(columns ? { columns } : {}) };
};

const targetKind = (arrays: DatasetArrays, size: number, fail: (problem: string) => never): TargetKind => {
  const { targets, names } = arrays;
  const classes = arrays.classes ?? names?.length;
  if (classes === undefined) {
    if (targets.length === 0 || targets.length % size !== 0) {
      fail(`${targets.length} target values for ${size} examples; give equally many for each example`);
    }
    return { kind: "value", size: targets.length / size };
  }
  if (!Number.isInteger(classes) || classes < 2) fail(`classes is ${classes}; give an integer of at least 2`);
  if (names && names.length !== classes) fail(`${names.length} class names for ${classes} classes`);
  if (targets.length !== size) fail(`${targets.length} labels for ${size} examples; give one each`);
  return names ? { kind: "class", classes, names } : { kind: "class", classes };
};
