import { batches } from "../data/batches.js";
import { type Dataset, soleInput } from "../data/dataset.js";
import { soleFloats } from "../data/rows.js";
import { standardise } from "../data/standardise.js";
import { type CompileOptions, compile } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { batch, input } from "../graph/index.js";
import { float64 } from "../linear/eigen/multiply.js";
import { type Eigen, symmetricEigen } from "../linear/eigen/symmetric.js";
import { missing } from "../missing.js";

/** The directions in which the inputs of a dataset vary, the largest variance first. */
export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** Variance (divided by n) along each axis. */
  readonly variances: Float64Array;
  /** Unit vectors, one for each variance. */
  readonly axes: readonly Float64Array[];
}

/** Examples read at a time, and features multiplied at a time. */
const chunk = 1024;

/** The decomposition takes time with the cube of examples or features, whichever are fewer, and memory with the square. */
const LARGEST = 16384;

/** So many columns of centred inputs, from number `from` on, in float64; columns of 0, which change no product, beyond the last. */
const centredColumns = (
  inputs: Float32Array,
  mean: Float64Array,
  from: number,
  width: number,
): Float64Array => {
  const d = mean.length;
  const rows = inputs.length / d;
  const columns = Math.min(width, d - from);
  const block = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      block[i * width + j] = (inputs[i * d + from + j] ?? missing()) - (mean[from + j] ?? missing());
    }
  }
  return block;
};

/** Features whose products are computed at once: of two blocks of them, the products are needed in one order only. */
const BLOCK = 512;

/** The lower half of Σ (x - mean)(x - mean)' / n, by the engine in float64. */
const covariance = async (
  data: Dataset,
  mean: Float64Array,
  options: CompileOptions,
): Promise<Float64Array> => {
  const d = mean.length;
  const count = Math.ceil(d / BLOCK);
  const width = Math.ceil(d / count);
  const [a, b] = [input("a", [batch, width], "float64"), input("b", [batch, width], "float64")];
  const program = await compile(
    { inputs: [a, b], outputs: { products: a.matmul(b, { transposeA: true }) } },
    options,
  );
  const total = new Float64Array(d * d);
  const order = { batchSize: Math.min(chunk, data.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { inputs } of batches(data, order)) {
    const blocks = Array.from({ length: count }, (_, k) =>
      centredColumns(soleFloats(inputs), mean, k * width, width),
    );
    for (const [k, rows] of blocks.entries()) {
      for (const [l, columns] of blocks.slice(0, k + 1).entries()) {
        const products = float64((await program.run({ a: rows, b: columns })).products);
        const [height, breadth] = [Math.min(width, d - k * width), Math.min(width, d - l * width)];
        for (let r = 0; r < height; r++) {
          const at = (k * width + r) * d + l * width;
          for (let c = 0; c < breadth; c++) {
            total[at + c] = (total[at + c] ?? missing()) + (products[r * width + c] ?? missing()) / data.size;
          }
        }
      }
    }
  }
  await program.release();
  return total;
};

/** All inputs of a dataset, row by row. */
const allInputs = async (data: Dataset): Promise<Float32Array> => {
  const all = new Float32Array(data.size * soleInput(data).size);
  let filled = 0;
  const order = { batchSize: Math.min(chunk, data.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { inputs } of batches(data, order)) {
    const numbers = soleFloats(inputs);
    all.set(numbers, filled);
    filled += numbers.length;
  }
  return all;
};

/** Points an axis so that its largest element is positive: an eigenvector's sign is arbitrary. */
const oriented = (axis: Float64Array): Float64Array => {
  let largest = 0;
  for (let i = 0; i < axis.length; i++) {
    const value = axis[i] ?? missing();
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return largest < 0 ? axis.map((value) => -value) : axis;
};

/** Eigenvalues in falling order, none below 0, and which eigenvector belongs to each. */
const falling = ({ values, vectors }: Eigen) => {
  const n = values.length;
  return Array.from({ length: n }, (_, k) => ({
    variance: Math.max(0, values[n - 1 - k] ?? missing()),
    vector: vectors.subarray((n - 1 - k) * n, (n - k) * n),
  }));
};

/**
 * The axes where there are fewer examples than features: with the centred inputs X, the eigenvectors of X·X'/n, which is small, are those
 * of X'·X/n when X' has turned them, `X'u/√(n·λ)`. Only those that vary beyond rounding have such a direction.
 */
const axesFromExamples = async (
  data: Dataset,
  mean: Float64Array,
  options: CompileOptions,
): Promise<Pick<PrincipalAxes, "variances" | "axes">> => {
  const [n, d] = [data.size, mean.length];
  const inputs = await allInputs(data);
  const starts = Array.from({ length: Math.ceil(d / chunk) }, (_, k) => k * chunk);
  const block = (from: number) => centredColumns(inputs, mean, from, chunk);
  const x = input("x", [n, chunk], "float64");
  const gram = await compile(
    { inputs: [x], outputs: { products: x.matmul(x, { transposeB: true }) } },
    options,
  );
  const total = new Float64Array(n * n);
  for (const from of starts) {
    const products = float64((await gram.run({ x: block(from) })).products);
    for (let i = 0; i < total.length; i++)
      total[i] = (total[i] ?? missing()) + (products[i] ?? missing()) / n;
  }
  await gram.release();

  const all = falling(await symmetricEigen(total, options));
  const limit = n * Number.EPSILON * (all[0]?.variance ?? missing());
  const kept = all.filter(({ variance }) => variance > limit);
  const variances = Float64Array.from(kept, ({ variance }) => variance);
  if (kept.length === 0) return { variances, axes: [] };
  const turning = new Float64Array(kept.length * n);
  kept.forEach(({ variance, vector }, k) => {
    const length = Math.sqrt(n * variance);
    for (let i = 0; i < n; i++) turning[k * n + i] = (vector[i] ?? missing()) / length;
  });
  const u = input("u", [kept.length, n], "float64");
  const turn = await compile({ inputs: [u, x], outputs: { axes: u.matmul(x) } }, options);
  const axes = kept.map(() => new Float64Array(d));
  for (const from of starts) {
    const turned = float64((await turn.run({ u: turning, x: block(from) })).axes);
    axes.forEach((axis, k) => {
      axis.set(turned.subarray(k * chunk, k * chunk + Math.min(chunk, d - from)), from);
    });
  }
  await turn.release();
  return { variances, axes: axes.map(oriented) };
};

/**
 * The eigenvectors of the covariance matrix of a dataset's inputs, in float64: all of them where there are at least as many examples as
 * features; else, from the matrix of the examples' products, those along which the examples vary.
 *
 * Throws where the dataset has one example only, values that are not finite, or more than 16,384 examples and as many features.
 */
export const principalAxes = async (data: Dataset, engine?: Engine): Promise<PrincipalAxes> => {
  if (data.size < 2) {
    throw new SteepestError(
      `principal components of "${data.name}": ${data.size} example does not vary; give more`,
    );
  }
  const { size: width } = soleInput(data);
  if (Math.min(width, data.size) > LARGEST) {
    throw new SteepestError(
      `principal components of "${data.name}": ${data.size} examples of ${width} features need a matrix of ${Math.min(width, data.size)} rows to be decomposed, and the limit is ${LARGEST}; fit them on fewer examples, as with take()`,
    );
  }
  const options = engine ? { engine } : {};
  const { mean } = await standardise(data, { per: "feature" });
  if (data.size < width) return { mean, ...(await axesFromExamples(data, mean, options)) };
  const all = falling(await symmetricEigen(await covariance(data, mean, options), options));
  return {
    mean,
    variances: Float64Array.from(all, ({ variance }) => variance),
    axes: all.map(({ vector }) => oriented(vector.slice())),
  };
};
