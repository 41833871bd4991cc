import { dataset } from "../../src/data/memory.js";
import type { Engine } from "../../src/engine/engine.js";
import type { TrainingSession } from "../../src/engine/training/session.js";
import type { Layer } from "../../src/nn/index.js";
import { targetFeed } from "../../src/nn/targets.js";
import type { Constraint } from "../../src/optim/constraints.js";
import { adam, type Rule, type Time } from "../../src/optim/index.js";
import { random } from "../../src/random/random.js";
import { checkOptions } from "../../src/train/options.js";
import { prepare } from "../../src/train/prepare.js";

/** What is trained in a benchmark: a classifier on one fixed batch of normal inputs with random labels, by Adam unless told otherwise. */
export interface TrainingJob {
  readonly net: Layer;
  /** The shape of an example. */
  readonly input: readonly number[];
  readonly classes: number;
  readonly batch: number;
  readonly constraint?: Constraint;
  readonly optimizer?: Rule;
  readonly threads: number;
  /** @defaultValue ONNX Runtime */
  readonly engine?: Engine;
}

/** A network in training. */
export interface Training {
  /** One whole step: masks, forward, loss and mistakes, backward, update, constraint. Returns the loss. */
  readonly step: () => Promise<number>;
  readonly session: TrainingSession;
  readonly release: () => Promise<void>;
}

/**
 * Places a network on the engine as `fit` does. The batch is written once and stays, as it does for the peers; normal
 * inputs keep every unit alive.
 */
export async function training({
  net,
  input: inputShape,
  classes,
  batch,
  constraint,
  threads,
  engine,
  optimizer = adam(),
}: TrainingJob) {
  const stream = random(1, "benchmark batch");
  const values = new Float32Array(inputShape.reduce((a, b) => a * b, batch));
  stream.fillNormal(values);
  const labels = Uint8Array.from({ length: batch }, () => stream.integer(classes));
  const data = dataset({ name: "benchmark", inputs: values, targets: labels, inputShape, classes });
  const options = checkOptions({
    batchSize: batch,
    optimizer,
    preprocess: "none",
    threads,
    ...(constraint === undefined ? {} : { constraint }),
    ...(engine === undefined ? {} : { engine }),
  });
  const { trainer } = await prepare(net, data, options);
  const { session } = trainer;
  const { input, [targetFeed("target")]: target } = session.batch(batch);
  input?.set(values);
  target?.set(labels);
  let steps = 0;
  const step = async () => {
    const time: Time = { step: steps++, steps: 1e6, stepsPerEpoch: 500 };
    await session.step(batch, time);
    return (await session.scores()).loss;
  };
  return { step, session, release: () => session.release() } satisfies Training;
}

/** Layer sizes of a fully connected network, and what one step of it computes. */
export const denseFlops = (layers: readonly number[], batch: number): number => {
  const weights = layers.slice(1).map((units, i) => units * (layers[i] ?? 0));
  const parameters = weights.reduce((a, b) => a + b);
  // Two each for Y = X·W, dW = Xᵀ·G and dX = G·Wᵀ, which the first layer does without.
  return 2 * batch * (3 * parameters - (weights[0] ?? 0));
};
