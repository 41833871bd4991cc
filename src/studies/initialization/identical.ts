import type { Dataset } from "../../data/index.js";
import { compile } from "../../engine/compile.js";
import type { Engine } from "../../engine/engine.js";
import { batch, grad, input, mean } from "../../graph/index.js";
import { missing } from "../../missing.js";
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
import { fit, type TrainingContext } from "../../train/index.js";
import { norm } from "../../vector.js";

/** Two hidden layers, and how their weights start. */
export interface EqualNetwork {
  readonly activation: () => Layer;
  /** Of each hidden layer. */
  readonly units: number;
  readonly classes: number;
  /** What all weights start at; absent: LeCun's random numbers. */
  readonly value?: number;
  /** Whether dropout stands after each hidden layer. */
  readonly dropped: boolean;
}

const networkOf = ({ activation, units, classes, value, dropped }: EqualNetwork): Layer => {
  const init = value === undefined ? leCun() : constantInitializer(value);
  const hidden = () => [linear(units, { init }), activation(), ...(dropped ? [dropout({ keep: 0.5 })] : [])];
  return sequential(...hidden(), ...hidden(), linear(classes, { init }));
};

/** Euclidean norms of the gradients of every parameter before the first step, on a batch of examples. */
export const gradientNorms = async (
  network: EqualNetwork,
  examples: { readonly inputs: Float32Array; readonly targets: Float32Array },
  engine?: Engine,
) => {
  const width = examples.inputs.length / examples.targets.length;
  const model = buildModel(networkOf(network), [width]);
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
    { threads: 1, ...(engine && { engine }) },
  );
  const result = await program.run({
    input: examples.inputs,
    target: examples.targets,
    ...Object.fromEntries(model.parameters.map((each) => [each.name, initialValues(each, 0)])),
  });
  await program.release();
  return model.parameters.map(({ name }) => ({
    name,
    norm: norm(Float64Array.from(result[`gradient ${name}`]?.data ?? [], Number)),
  }));
};

/** The largest norm of a hidden layer's weights among them. */
export const hiddenGradient = (norms: readonly { readonly name: string; readonly norm: number }[]): number =>
  Math.max(...norms.filter(({ name }) => /^linear[12]\.weight$/.test(name)).map((each) => each.norm));

/** How different the units of a layer are: the columns of its weight matrix `[in, units]`. */
const distinctColumns = (weights: Float32Array, units: number): number => {
  const columns = Array.from({ length: units }, (_, unit) =>
    weights.filter((_, i) => i % units === unit).join(" "),
  );
  return new Set(columns).size;
};

export interface Trained {
  /** Different units in the first and the second hidden layer. */
  readonly distinct: readonly [number, number];
  /** ‖W_end − W_start‖ of the first layer. */
  readonly moved: number;
  /** On the training data, in percent. */
  readonly error: number;
  /** The first layer's weights `[in, units]` before training and after each epoch. */
  readonly path: readonly Float32Array[];
}

const [FIRST, SECOND] = ["linear1.weight", "linear2.weight"];

/** Trains the network by gradient descent, and counts its different units. */
export const trainUnits = async (
  network: EqualNetwork,
  {
    data,
    batchSize,
    seed,
    signal,
    engine,
  }: {
    readonly data: Dataset;
    readonly batchSize: number;
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
    readonly engine?: Engine;
  },
): Promise<Trained> => {
  const seen: ReadonlyMap<string, Float32Array>[] = [];
  const see = async ({ trainer }: TrainingContext) => void seen.push(await trainer.values());
  const run = await fit(networkOf(network), data, {
    optimizer: gradientDescent({ learningRate: 0.5 }),
    epochs: 20,
    batchSize,
    seed,
    callbacks: [{ onTrainBegin: see, onEpochEnd: see }],
    ...(engine ? { engine } : { threads: 1 }),
    ...(signal && { signal }),
  });
  await run.release();
  signal?.throwIfAborted();
  const path = seen.map((values) => values.get(FIRST) ?? missing());
  const [first, last] = [path[0] ?? missing(), path.at(-1) ?? missing()];
  return {
    distinct: [
      distinctColumns(last, network.units),
      distinctColumns(seen.at(-1)?.get(SECOND) ?? missing(), network.units),
    ],
    moved: norm(Float64Array.from(last, (w, i) => w - (first[i] ?? missing()))),
    error: run.epochs.at(-1)?.train.error ?? Number.NaN,
    path,
  };
};
