/*
 * What the tests of pages run in Node and in a page, and compare: everything here is a function of its seeds.
 */
import {
  batchNorm,
  conv2d,
  createTrainer,
  crossEntropy,
  digits,
  dropout,
  type Engine,
  fit,
  flatten,
  linear,
  maxNorm,
  momentum,
  muon,
  relu,
  sequential,
  unflatten,
} from "steepest";

const byName = (values: ReadonlyMap<string, Float32Array>): Record<string, number[]> =>
  Object.fromEntries([...values].map(([name, numbers]) => [name, [...numbers]]));

const parts = digits({ train: 200, test: 50 });

/** Raw inputs of the first test examples. */
const firstInputs = (count: number): number[] => {
  const input = new Float32Array(count * 784);
  const rows = { inputs: { input }, targets: { target: new Float32Array(count) } };
  void parts.test.read(
    Uint32Array.from({ length: count }, (_, i) => i),
    rows,
  );
  return [...input];
};

/** A dense network, with what is drawn at random, a constraint and a rule that is a kernel. */
const dense = async (on: { readonly engine?: Engine }) => {
  const run = await fit(
    sequential(dropout({ keep: 0.8 }), linear(24), relu(), dropout({ keep: 0.5 }), linear(10)),
    parts,
    {
      ...on,
      epochs: 2,
      batchSize: 20,
      seed: 3,
      loss: crossEntropy({ labelSmoothing: 0.1 }),
      optimizer: momentum({ learningRate: 0.05, beta: 0.9 }),
      constraint: maxNorm(2),
      clipNorm: 5,
    },
  );
  const came = {
    losses: run.epochs.map(({ train: { loss } }) => loss),
    answers: [...(run.test?.answers ?? [])],
    weights: byName(await run.weights()),
    model: [...(await run.model())],
    inputs: firstInputs(2),
  };
  await run.release();
  return came;
};

/** A convolutional network, with running statistics and a rule that is a model. */
const convolutional = async (on: { readonly engine?: Engine }) => {
  const block = (filters: number) => [conv2d(filters, { stride: 2, bias: false }), batchNorm(), relu()];
  const run = await fit(
    sequential(unflatten([1, 28, 28]), ...block(4), ...block(8), flatten(), linear(10)),
    parts,
    { ...on, epochs: 1, batchSize: 25, seed: 4, optimizer: muon({ learningRate: 0.02 }) },
  );
  const came = {
    losses: run.epochs.map(({ train: { loss } }) => loss),
    answers: [...(run.test?.answers ?? [])],
    weights: byName(await run.weights()),
  };
  await run.release();
  return came;
};

/** The weights that training begins with. */
const initial = async (on: { readonly engine?: Engine }) => {
  const trainer = await createTrainer(sequential(linear(30), relu(), linear(10)), {
    ...on,
    inputs: [20],
    targets: { kind: "class", classes: 10, shape: [] },
    batchSize: 4,
    seed: 5,
  });
  const weights = byName(await trainer.values());
  await trainer.release();
  return weights;
};

/** The trainings of the tests, on the engine that is used where none is given or on another. */
export const trainings = async (engine?: Engine) => {
  const on = engine ? { engine } : {};
  return { dense: await dense(on), convolutional: await convolutional(on), initial: await initial(on) };
};

export type Trainings = Awaited<ReturnType<typeof trainings>>;
