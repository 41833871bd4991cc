import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { batches } from "../data/batches.js";
import { type Dataset, inputSize } from "../data/dataset.js";
import { standardise } from "../data/standardise.js";
import { compile } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { batch, input } from "../graph/index.js";
import { missing } from "../missing.js";

/** The directions in which the inputs of a dataset vary, the largest variance first. */
export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** Variance (divided by n) along each axis. */
  readonly variances: Float64Array;
  /** Unit vectors, one for each variance. */
  readonly axes: readonly Float64Array[];
}

/** Examples read at a time. */
const chunk = 1024;

/** Σ (x - mean)(x - mean)' / n, by the engine in float64. */
const covariance = async (data: Dataset, mean: Float64Array, engine?: Engine): Promise<Float64Array> => {
  const width = mean.length;
  const x = input("x", [batch, width], "float64");
  const program = await compile(
    { inputs: [x], outputs: { products: x.matmul(x, { transposeA: true }) } },
    engine ? { engine } : {},
  );
  const total = new Float64Array(width * width);
  const order = { batchSize: Math.min(chunk, data.size), seed: 0, epoch: 0, shuffle: false };
  const centred = new Float64Array(order.batchSize * width);
  for await (const { inputs } of batches(data, order)) {
    for (let i = 0; i < inputs.length; i++)
      centred[i] = (inputs[i] ?? missing()) - (mean[i % width] ?? missing());
    const { products } = await program.run({ x: centred.subarray(0, inputs.length) });
    for (let i = 0; i < total.length; i++)
      total[i] = (total[i] ?? missing()) + Number(products.data[i]) / data.size;
  }
  await program.release();
  return total;
};

/** Points an axis so that its largest element is positive: an eigenvector's sign is arbitrary. */
const oriented = (axis: Float64Array): Float64Array => {
  const largest = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
};

/**
 * The eigenvectors of the covariance matrix of a dataset's inputs. Throws where the dataset has one example only, or values that
 * are not finite.
 */
export const principalAxes = async (data: Dataset, engine?: Engine): Promise<PrincipalAxes> => {
  if (data.size < 2) {
    throw new SteepestError(
      `principal components of "${data.name}": ${data.size} example does not vary; give more`,
    );
  }
  const width = inputSize(data);
  const { mean } = await standardise(data, { per: "feature" });
  const products = await covariance(data, mean, engine);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(width, width, products),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((_, j) => j)
    .sort((a, b) => (realEigenvalues[b] ?? missing()) - (realEigenvalues[a] ?? missing()));
  return {
    mean,
    variances: Float64Array.from(order, (j) => Math.max(0, realEigenvalues[j] ?? missing())),
    axes: order.map((j) => oriented(Float64Array.from(eigenvectorMatrix.getColumn(j)))),
  };
};
