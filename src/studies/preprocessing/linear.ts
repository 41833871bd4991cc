import { type Dataset, dataset, readRows, soleFloats, soleInput } from "../../data/index.js";
import { compile } from "../../engine/compile.js";
import type { Engine } from "../../engine/engine.js";
import { missing } from "../../missing.js";
import { buildModel, inputOf, layer, outputOf } from "../../nn/index.js";
import { gradientDescent } from "../../optim/index.js";
import { random } from "../../random/random.js";
import {
  leastSquaresMinimiser,
  leastSquaresObjective,
  type Matrix,
  matrix,
  type Objective,
  walk,
} from "../../theory/index.js";
import { fitPreprocessing, type Preprocess, whiten } from "../../train/preprocess.js";

/** Kinds of preprocessing, each of which does what the one before it does and more. */
export const stages = [
  { name: "raw", kind: "none" },
  { name: "centred", kind: "centre" },
  { name: "standardised", kind: "feature" },
  { name: "whitened", kind: whiten() },
] as const satisfies readonly { readonly name: string; readonly kind: Preprocess }[];

/** How measurements are spread. */
export interface Spread {
  /** Of each feature. */
  readonly means: readonly number[];
  /** Standard deviation of each feature. */
  readonly scales: readonly number[];
  /** What two features have in common: the square root of their correlation. */
  readonly shared: number;
  /** Mean of the target. */
  readonly level: number;
}

/** Means, scales and correlations as measurements in different units have them. */
const SIX: Spread = {
  means: [2, -1, 5, 0, 1, 0.5],
  scales: [1, 0.5, 2, 1.5, 0.4, 0.3],
  shared: 0.7,
  level: 0,
};

/** Examples of correlated features in different units and a linear target with some noise. */
export const tabular = (
  n: number,
  seed: number,
  part: string,
  { means, scales, shared, level }: Spread = SIX,
): Dataset => {
  const draws = random(seed, `preprocessing ${part}`);
  const d = means.length;
  const inputs = new Float32Array(n * d);
  const targets = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const common = draws.normal();
    let target = level + 0.3 * draws.normal();
    for (let j = 0; j < d; j++) {
      const z = shared * common + Math.sqrt(1 - shared ** 2) * draws.normal();
      inputs[i * d + j] = (means[j] ?? missing()) + (scales[j] ?? missing()) * z;
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
  engine?: Engine,
): Promise<Float64Array[]> => {
  const given = engine ? { engine } : {};
  const fitted = (await fitPreprocessing(kind, train, given)) ?? layer("identity", (x) => x);
  const { inference } = buildModel(fitted, soleInput(data).field.shape);
  const program = await compile(
    { inputs: [inputOf(inference)], outputs: { z: outputOf(inference) } },
    { threads: 1, ...given },
  );
  const { inputs } = await readRows(data);
  const z = Float64Array.from((await program.run({ input: soleFloats(inputs) })).z.data, Number);
  await program.release();
  const width = z.length / data.size;
  return Array.from({ length: data.size }, (_, i) => z.subarray(i * width, (i + 1) * width));
};

/** Least squares with a bias on preprocessed inputs. */
export interface LinearProblem {
  readonly objective: Objective;
  /** The inputs, with a column of ones for the bias. */
  readonly X: Matrix;
  readonly minimiser: Float64Array;
  /** λ_max/λ_min of the Hessian, for weights and bias together. */
  readonly condition: number;
  /** η = 2/(L + µ), the best constant rate there is for this Hessian. */
  readonly eta: number;
}

/** `rows` are the inputs of the dataset, as they were preprocessed. */
export const linearProblem = async (rows: readonly Float64Array[], data: Dataset): Promise<LinearProblem> => {
  const X = matrix(rows.map((row) => [...row, 1]));
  const y = Float64Array.from(soleFloats((await readRows(data)).targets));
  const objective = leastSquaresObjective(X, y);
  const L = (await objective.constants?.smoothness())?.value ?? Number.NaN;
  const mu = (await objective.constants?.strongConvexity())?.value ?? Number.NaN;
  return {
    objective,
    X,
    minimiser: await leastSquaresMinimiser(X, y),
    condition: L / mu,
    eta: 2 / (L + mu),
  };
};

/** Below this share of its start, f − f* is rounding. */
const ROUNDING = 1e-13;

/** Gradient descent from 0 in float64, at the best rate: every w_t, and f(w_t) − f* relative to its start, until rounding is left of it. */
export const descent = async (
  { objective, X, minimiser, eta }: LinearProblem,
  options: { readonly steps: number; readonly signal: AbortSignal | undefined },
): Promise<{ readonly points: readonly Float64Array[]; readonly gap: readonly number[] }> => {
  const start = new Float64Array(X.columns);
  const best = await objective.value(minimiser);
  const first = (await objective.value(start)) - best;
  const { points, values } = await walk(objective, gradientDescent({ learningRate: eta }), {
    ...options,
    start,
    until: (value) => value - best <= ROUNDING * first,
  });
  return { points, gap: values.map((value) => (value - best) / first) };
};
