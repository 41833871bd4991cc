import { type Dataset, dataset, readRows, soleFloats, soleInput } from "../../data/index.js";
import { compile } from "../../engine/compile.js";
import { missing } from "../../missing.js";
import { buildModel, inputOf, layer, outputOf } from "../../nn/index.js";
import { random } from "../../random/random.js";
import { descend, leastSquaresMinimiser, leastSquaresObjective, matrix } from "../../theory/index.js";
import { fitPreprocessing, type Preprocess } from "../../train/preprocess.js";

/** Means, scales and correlations as measurements in different units have them. */
const MEANS = [2, -1, 5, 0, 1, 0.5];
const SCALES = [1, 0.5, 2, 1.5, 0.4, 0.3];
const SHARED = 0.7;

/** Examples of six correlated features in different units and a linear target. */
export const tabular = (n: number, seed: number, part: string): Dataset => {
  const draws = random(seed, `preprocessing ${part}`);
  const d = MEANS.length;
  const inputs = new Float32Array(n * d);
  const targets = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const common = draws.normal();
    let target = 0.3 * draws.normal();
    for (let j = 0; j < d; j++) {
      const z = SHARED * common + Math.sqrt(1 - SHARED ** 2) * draws.normal();
      inputs[i * d + j] = (MEANS[j] ?? missing()) + (SCALES[j] ?? 1) * z;
      target += z * (j % 2 === 0 ? 1 : -1);
    }
    targets[i] = target;
  }
  return dataset({ name: `measurements ${part}`, inputs, targets, inputShape: [d] });
};

/** The inputs of a dataset, row by row, after preprocessing that was fitted on `train`. */
export const transformed = async (
  kind: Preprocess,
  train: Dataset,
  data: Dataset,
): Promise<Float64Array[]> => {
  const fitted = (await fitPreprocessing(kind, train)) ?? layer("identity", (x) => x);
  const { inference } = buildModel(fitted, soleInput(data).field.shape);
  const program = await compile(
    { inputs: [inputOf(inference)], outputs: { z: outputOf(inference) } },
    { threads: 1 },
  );
  const { inputs } = await readRows(data);
  const z = Float64Array.from((await program.run({ input: soleFloats(inputs) })).z.data, Number);
  await program.release();
  const width = z.length / data.size;
  return Array.from({ length: data.size }, (_, i) => z.subarray(i * width, (i + 1) * width));
};

export interface LinearRun {
  /** λ_max/λ_min of the Hessian, for weights and bias together. */
  readonly condition: number;
  /** η = 2/(L + µ), the best constant rate there is for this Hessian. */
  readonly eta: number;
  /** (f(w_t) − f*)/(f(w_0) − f*). */
  readonly gap: readonly number[];
}

/** Gradient descent on least squares with a bias, in float64, at the best rate. */
export const descent = async (
  kind: Preprocess,
  data: Dataset,
  options: { readonly steps: number; readonly signal: AbortSignal | undefined },
): Promise<LinearRun> => {
  const rows = await transformed(kind, data, data);
  const X = matrix(rows.map((row) => [...row, 1]));
  const y = Float64Array.from(soleFloats((await readRows(data)).targets));
  const objective = leastSquaresObjective(X, y);
  const L = (await objective.constants?.smoothness())?.value ?? Number.NaN;
  const mu = (await objective.constants?.strongConvexity())?.value ?? Number.NaN;
  const eta = 2 / (L + mu);
  const minimiser = await leastSquaresMinimiser(X, y);
  const run = await descend(objective, { ...options, eta, minimiser });
  await objective.release();
  const best = run.reference?.value ?? 0;
  const start = (run.values[0] ?? missing()) - best;
  return { condition: L / mu, eta, gap: Array.from(run.values, (value) => (value - best) / start) };
};
