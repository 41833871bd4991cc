import { batches } from "../data/batches.js";
import { type Dataset, inputSize } from "../data/dataset.js";
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

/** Σ (x - mean)(x - mean)' / n, by the engine in float64. */
const covariance = async (
  data: Dataset,
  mean: Float64Array,
  options: CompileOptions,
): Promise<Float64Array> => {
  const width = mean.length;
  const x = input("x", [batch, width], "float64");
  const program = await compile(
    { inputs: [x], outputs: { products: x.matmul(x, { transposeA: true }) } },
    options,
  );
  const total = new Float64Array(width * width);
  const order = { batchSize: Math.min(chunk, data.size), seed: 0, epoch: 0, shuffle: false };
  const centred = new Float64Array(order.batchSize * width);
  for await (const { inputs } of batches(data, order)) {
    for (let i = 0; i < inputs.length; i++)
      centred[i] = (inputs[i] ?? missing()) - (mean[i % width] ?? missing());
    const products = float64((await program.run({ x: centred.subarray(0, inputs.length) })).products);
    for (let i = 0; i < total.length; i++)
      total[i] = (total[i] ?? missing()) + (products[i] ?? missing()) / data.size;
  }
  await program.release();
  return total;
};

/** All inputs of a dataset, row by row. */
const allInputs = async (data: Dataset): Promise<Float32Array> => {
  const all = new Float32Array(data.size * inputSize(data));
  let filled = 0;
  const order = { batchSize: Math.min(chunk, data.size), seed: 0, epoch: 0, shuffle: false };
  for await (const { inputs } of batches(data, order)) {
    all.set(inputs, filled);
    filled += inputs.length;
  }
  return all;
};

/** Columns `from` to `to` of centred inputs, in float64. */
const centredColumns = (inputs: Float32Array, mean: Float64Array, from: number, to: number): Float64Array => {
  const [d, width] = [mean.length, to - from];
  const rows = inputs.length / d;
  const block = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      block[i * width + j] = (inputs[i * d + from + j] ?? missing()) - (mean[from + j] ?? missing());
    }
  }
  return block;
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
  // Columns of 0, which change no product, fill the last block.
  const block = (from: number) => {
    const columns = centredColumns(inputs, mean, from, Math.min(from + chunk, d));
    if (from + chunk <= d) return columns;
    const [filled, width] = [new Float64Array(n * chunk), d - from];
    for (let i = 0; i < n; i++) filled.set(columns.subarray(i * width, (i + 1) * width), i * chunk);
    return filled;
  };
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
  const width = inputSize(data);
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
