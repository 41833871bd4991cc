import { type Dataset, dataset } from "../../data/index.js";
import { type Examples, leastSquares, ridge } from "../../linear/index.js";
import { linear } from "../../nn/index.js";
import {
  adam,
  type Composition,
  cosineDecay,
  gradientDescent,
  l2,
  onWeights,
  type Rule,
  weightDecay,
} from "../../optim/index.js";
import { random } from "../../random/random.js";
import { fit } from "../../train/index.js";
import { distance, norm } from "../../vector.js";
import type { StudyContext } from "../study.js";

/** Standard deviations of the features. */
export const SCALES = [0.3, 0.5, 0.7, 1, 1.4, 2, 3];

const N = 400;
const NOISE = 1;

/** Penalty λ‖w‖² beside the mean of the squared errors. */
export const LAMBDA = 0.2;

/** y = Σ xⱼ + noise with features of different scales, so that gradients have different sizes. */
const problem = (seed: number): { examples: Examples; data: Dataset } => {
  const draws = random(seed, "weight decay");
  const d = SCALES.length;
  const inputs = Float32Array.from({ length: N * d }, (_, i) => (SCALES[i % d] ?? 1) * draws.normal());
  const targets = Float32Array.from({ length: N }, (_, i) => {
    const row = inputs.subarray(i * d, (i + 1) * d);
    return row.reduce((sum, x) => sum + x, 0) + NOISE * draws.normal();
  });
  return {
    examples: { X: Float64Array.from(inputs), y: Float64Array.from(targets), n: N, d },
    data: dataset({ name: "scaled features", inputs, targets, inputShape: [d] }),
  };
};

export interface Minimiser {
  readonly name: string;
  readonly weights: readonly number[];
  /** ‖w − w_ridge‖/‖w_ridge‖. */
  readonly fromRidge: number;
}

/** Where training ends under penalty and decay, beside the closed forms. */
export const minimisers = async (
  epochs: number,
  { seed, signal }: StudyContext,
): Promise<readonly Minimiser[]> => {
  const { examples, data } = problem(seed);
  const plain = await leastSquares(examples);
  // The mean of squares instead of their sum: λ of the closed form is n times as large.
  const shrunk = await ridge(examples, { lambda: N * LAMBDA });
  const gd = gradientDescent({ learningRate: cosineDecay({ initial: 0.03 }) });
  const adaptive = adam({ learningRate: cosineDecay({ initial: 0.01 }) });
  const methods: readonly (readonly [string, Composition, Rule])[] = [
    ["GD, penalty", l2(LAMBDA), gd],
    ["GD, decay", weightDecay(LAMBDA), gd],
    ["Adam, penalty", l2(LAMBDA), adaptive],
    ["AdamW (decay)", weightDecay(LAMBDA), adaptive],
  ];
  const found: { name: string; weights: Float64Array }[] = [
    { name: "least squares", weights: Float64Array.from(plain.weights) },
    { name: "ridge, closed form", weights: Float64Array.from(shrunk.weights) },
  ];
  for (const [name, shrink, rule] of methods) {
    const run = await fit(linear(1), data, {
      optimizer: onWeights(shrink, rule),
      preprocess: "none",
      batchSize: 20,
      epochs,
      seed,
      threads: 1,
      ...(signal ? { signal } : {}),
    });
    const weights =
      [...(await run.weights())].find(([path]) => path.endsWith("weight"))?.[1] ?? new Float32Array();
    await run.release();
    signal?.throwIfAborted();
    found.push({ name, weights: Float64Array.from(weights) });
  }
  return found.map(({ name, weights }) => ({
    name,
    weights: Array.from(weights),
    fromRidge: distance(weights, shrunk.weights) / norm(shrunk.weights),
  }));
};
