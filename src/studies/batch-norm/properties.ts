import { dataset } from "../../data/index.js";
import { compile } from "../../engine/compile.js";
import { missing } from "../../missing.js";
import {
  batchNorm,
  buildModel,
  inputOf,
  type Layer,
  linear,
  meanSquaredError,
  outputOf,
  sequential,
} from "../../nn/index.js";
import { gradientDescent } from "../../optim/index.js";
import { random } from "../../random/random.js";
import { mean, variance } from "../../statistics.js";
import { fit } from "../../train/index.js";
import type { StudyContext } from "../study.js";

const FEATURES = 8;
const EPSILON = 1e-5;

/** Correlated-free features of different means and scales, `count` examples. */
const sample = (count: number, seed: number, purpose: string): Float32Array => {
  const draws = random(seed, purpose);
  return Float32Array.from({ length: count * FEATURES }, (_, i) => {
    const j = i % FEATURES;
    return j - 3 + 2 ** (j / 2 - 2) * draws.normal();
  });
};

const column = (values: ArrayLike<number>, j: number): Float64Array =>
  Float64Array.from({ length: values.length / FEATURES }, (_, i) => values[i * FEATURES + j] ?? missing());

/** The layer in training on one batch: what comes out with gamma = 1, beta = 0, and with gamma = √Var, beta = E. */
export const normalised = async (seed: number) => {
  const model = buildModel(batchNorm({ epsilon: EPSILON }), [FEATURES]);
  const [x, output] = [inputOf(model.training), outputOf(model.training)];
  const tensors = model.parameters.map(({ tensor }) => tensor);
  const program = await compile({ inputs: [x, ...tensors], outputs: { y: output } }, { threads: 1 });
  const inputs = sample(64, seed, "batch norm");
  const features = Array.from({ length: FEATURES }, (_, j) => column(inputs, j));
  const forward = async (gamma: readonly number[], beta: readonly number[]) =>
    Float64Array.from((await program.run({ input: inputs, gamma, beta })).y.data, Number);

  const standard = await forward(
    features.map(() => 1),
    features.map(() => 0),
  );
  const outputs = features.map((_, j) => column(standard, j));
  const identity = await forward(
    features.map((values) => Math.sqrt(variance(values) + EPSILON)),
    features.map(mean),
  );
  await program.release();
  const largest = Math.max(...inputs.map(Math.abs));
  return {
    worstMean: Math.max(...outputs.map((values) => Math.abs(mean(values)))),
    worstVariance: Math.max(...outputs.map((values) => Math.abs(variance(values) - 1))),
    identityError: Math.max(...identity.map((y, i) => Math.abs(y - (inputs[i] ?? missing())))) / largest,
  };
};

/** Running statistics after training, against those of the whole training set. */
export const runningStatistics = async ({ seed, signal }: StudyContext) => {
  const count = 6400;
  const inputs = sample(count, seed, "running statistics");
  const data = dataset({
    name: "features",
    inputs,
    targets: new Float32Array(count),
    inputShape: [FEATURES],
  });
  const run = await fit(sequential(batchNorm({ momentum: 0.02 }), linear(1)), data, {
    optimizer: gradientDescent({ learningRate: 1e-3 }),
    loss: meanSquaredError(),
    preprocess: "none",
    batchSize: 64,
    epochs: 10,
    seed,
    threads: 1,
    ...(signal ? { signal } : {}),
  });
  const weights = await run.weights();
  await run.release();
  const state = (name: string) =>
    [...weights].find(([path]) => path.endsWith(name))?.[1] ?? new Float32Array();
  const features = Array.from({ length: FEATURES }, (_, j) => column(inputs, j));
  return {
    worstMean: Math.max(
      ...features.map(
        (values, j) =>
          Math.abs((state(".mean")[j] ?? missing()) - mean(values)) / Math.sqrt(variance(values)),
      ),
    ),
    worstVariance: Math.max(
      ...features.map((values, j) => Math.abs((state(".variance")[j] ?? missing()) / variance(values) - 1)),
    ),
  };
};

/** Hidden layers with or without batch normalisation between the linear layer and the nonlinearity. */
export const deep = (depth: number, units: number, normalise: boolean, activation: () => Layer): Layer =>
  sequential(
    ...Array.from({ length: depth }, () => [
      linear(units),
      ...(normalise ? [batchNorm()] : []),
      activation(),
    ]).flat(),
    linear(10),
  );
