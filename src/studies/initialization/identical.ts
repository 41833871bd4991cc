import { type Dataset, readRows, soleFloats, soleInput } from "../../data/index.js";
import { compile } from "../../engine/compile.js";
import { batch, grad, input, mean } from "../../graph/index.js";
import {
  buildModel,
  constantInitializer,
  crossEntropy,
  dropout,
  initialValues,
  inputOf,
  type Layer,
  leCun,
  linear,
  outputOf,
  sequential,
} from "../../nn/index.js";
import { gradientDescent } from "../../optim/index.js";
import { fit, type Run } from "../../train/index.js";
import { norm } from "../../vector.js";
import type { StudyContext } from "../study.js";

/** Units of each hidden layer. */
export const UNITS = 32;

/** Two hidden layers whose weights all start at one value. */
const network = (activation: () => Layer, value: number, dropped: boolean): Layer => {
  const init = constantInitializer(value);
  const hidden = () => [linear(UNITS, { init }), activation(), ...(dropped ? [dropout({ keep: 0.5 })] : [])];
  return sequential(...hidden(), ...hidden(), linear(10, { init }));
};

/** Euclidean norms of the gradients of every parameter before the first step, on a batch of the data. */
export const gradientNorms = async (activation: () => Layer, value: number, data: Dataset) => {
  const model = buildModel(network(activation, value, false), soleInput(data).field.shape);
  const label = input("target", [batch]);
  const [x, output] = [inputOf(model.training), outputOf(model.training)];
  const tensors = model.parameters.map(({ tensor }) => tensor);
  const slopes = grad(mean(crossEntropy().of(output, label)), tensors);
  const program = await compile(
    {
      inputs: [x, label, ...tensors],
      outputs: Object.fromEntries(
        model.parameters.map(({ name }, i) => [`gradient ${name}`, slopes[i] ?? x]),
      ),
    },
    { threads: 1 },
  );
  const count = Math.min(100, data.size);
  const { inputs, targets } = await readRows(data, [...Array(count).keys()]);
  const result = await program.run({
    input: soleFloats(inputs).map((pixel) => pixel / 255),
    target: soleFloats(targets),
    ...Object.fromEntries(model.parameters.map((each) => [each.name, initialValues(each, 0)])),
  });
  await program.release();
  return model.parameters.map(({ name }) => ({
    name,
    norm: norm(Float64Array.from(result[`gradient ${name}`]?.data ?? [], Number)),
  }));
};

/** How different the units of a layer are: the columns of its weight matrix `[in, units]`. */
const distinctColumns = (weights: Float32Array, units: number): number => {
  const columns = Array.from({ length: units }, (_, unit) =>
    weights.filter((_, i) => i % units === unit).join(" "),
  );
  return new Set(columns).size;
};

export interface Trained {
  /** Different units, of 32, in the first and the second hidden layer. */
  readonly distinct: readonly [number, number];
  /** ‖W_end − W_start‖ of the first layer. */
  readonly moved: number;
  /** On the training data, in percent. */
  readonly error: number;
}

const training = {
  optimizer: gradientDescent({ learningRate: 0.5 }),
  epochs: 20,
  batchSize: 100,
  threads: 1,
} as const;

const errorOf = ({ epochs }: Pick<Run, "epochs">): number => epochs.at(-1)?.train.error ?? Number.NaN;

/** Trains the network from equal weights and counts its different units. */
export const trainIdentical = async (
  activation: () => Layer,
  {
    value,
    dropped,
    data,
    seed,
    signal,
  }: { value: number; dropped: boolean; data: Dataset; seed: number; signal: AbortSignal | undefined },
): Promise<Trained> => {
  const run = await fit(network(activation, value, dropped), data, {
    ...training,
    seed,
    ...(signal ? { signal } : {}),
  });
  const weights = await run.weights();
  await run.release();
  signal?.throwIfAborted();
  const [first, second] = run.parameters
    .filter(({ role }) => role === "weight")
    .map(({ name }) => weights.get(name) ?? new Float32Array());
  const count = (matrix: Float32Array = new Float32Array()) => distinctColumns(matrix, UNITS);
  return {
    distinct: [count(first), count(second)],
    moved: norm(Float64Array.from(first ?? [], (w) => w - value)),
    error: errorOf(run),
  };
};

/** Training error in percent of the same network, trained alike from LeCun's random weights: what different units learn. */
export const trainDifferent = async (
  activation: () => Layer,
  data: Dataset,
  { seed, signal }: StudyContext,
): Promise<number> => {
  const hidden = () => [linear(UNITS, { init: leCun() }), activation()];
  const run = await fit(sequential(...hidden(), ...hidden(), linear(10, { init: leCun() })), data, {
    ...training,
    seed,
    ...(signal ? { signal } : {}),
  });
  await run.release();
  signal?.throwIfAborted();
  return errorOf(run);
};
