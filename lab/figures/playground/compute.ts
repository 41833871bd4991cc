import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  batchNorm,
  blobs,
  circles,
  cosineDecay,
  crossEntropy,
  type Dataset,
  dataset,
  dropout,
  fit,
  gelu,
  gradientDescent,
  hardSigmoid,
  hardSwish,
  he,
  type Initializer,
  type Layer,
  l1,
  l2,
  lamb,
  lars,
  layerNorm,
  leakyRelu,
  leCun,
  linear,
  linearDecay,
  lion,
  maxNorm,
  momentum,
  moons,
  muon,
  nAdam,
  nesterov,
  network,
  normal,
  oneCycle,
  orthogonal,
  type Rate,
  type Rule,
  readRows,
  relu,
  rmsProp,
  sigmoid,
  silu,
  softplus,
  soleFloats,
  spirals,
  type Tensor,
  type Trainer,
  tanh,
  wasm,
  weightDecay,
  xavier,
  zeros,
} from "steepest";
import { fallingLossClaim, optimismClaim } from "steepest/claims";
import type { Computed } from "../../parts/definition.js";
import { plane, type State, unbounded, unitsOf } from "./state.js";

/** Cells of the grid on which the network is asked, along each axis. */
export const GRID = 32;

/** At most so many moments of the training are kept. */
const MOMENTS = 30;

/** Examples of either part. */
const EXAMPLES = 160;

/** The network at one moment of its training. */
export interface Moment {
  readonly epoch: number;
  /** How sure it is of class 2 in each cell, row by row from the bottom. */
  readonly surface: Float32Array;
  /** The same of each unit's output, layer by layer, units one behind another. */
  readonly units: readonly Float32Array[];
}

export interface Result extends Computed {
  readonly train: { readonly x: Float32Array; readonly labels: Float32Array };
  readonly moments: readonly Moment[];
  readonly unitCounts: readonly number[];
  /** After each epoch. */
  readonly trainLosses: readonly number[];
  readonly trainErrors: readonly number[];
  readonly testLosses: readonly number[];
  readonly testErrors: readonly number[];
  readonly engine: string;
}

const activations: Readonly<Record<State["nonlinearity"], (() => Layer) | undefined>> = {
  tanh,
  relu,
  leakyRelu,
  sigmoid,
  gelu,
  silu,
  softplus,
  hardSigmoid,
  hardSwish,
  none: undefined,
};

const initialisers: Readonly<Record<State["init"], () => Initializer>> = {
  he,
  xavier,
  leCun,
  orthogonal,
  small: () => normal(0.01),
  large: () => normal(1),
  zeros,
};

const rules: Readonly<Record<State["rule"], (options: { readonly learningRate: Rate }) => Rule>> = {
  gradientDescent,
  momentum,
  nesterov,
  adagrad,
  rmsProp,
  adam,
  adamW,
  amsGrad,
  adaMax,
  nAdam,
  adadelta,
  lion,
  lars,
  lamb,
  muon,
};

const rateOf = ({ schedule, rate }: State): Rate => {
  if (schedule === "cosineDecay") return cosineDecay({ initial: rate });
  if (schedule === "linearDecay") return linearDecay({ initial: rate });
  return schedule === "oneCycle" ? oneCycle({ peak: rate }) : rate;
};

const ruleOf = (state: State): Rule => {
  const rule = rules[state.rule]({ learningRate: rateOf(state) });
  if (state.penalty === "l2") return l2(state.lambda)(rule);
  if (state.penalty === "l1") return l1(state.lambda)(rule);
  return state.penalty === "weightDecay" ? weightDecay(state.lambda)(rule) : rule;
};

/** The network; what each hidden layer gives is an output beside the answer. */
const networkOf = (state: State) => {
  const init = initialisers[state.init]();
  const activation = activations[state.nonlinearity];
  const hidden = unitsOf(state).map((units) => [
    linear(units, { init }),
    ...(state.normalisation === "batchNorm" ? [batchNorm()] : []),
    ...(state.normalisation === "layerNorm" ? [layerNorm()] : []),
    ...(activation ? [activation()] : []),
  ]);
  const drops = hidden.map(() => dropout({ keep: state.keep }));
  const last = linear(2, { init });
  return network<"input">(({ input }, scope) => {
    const outputs: Record<string, Tensor> = {};
    let h = input;
    hidden.forEach((layers, i) => {
      for (const layer of layers) h = scope.apply(layer, h);
      outputs[`layer${i + 1}`] = h;
      const drop = drops[i];
      if (state.keep < 1 && drop) h = scope.apply(drop, h);
    });
    return { target: scope.apply(last, h), ...outputs };
  });
};

const drawn = ({ a, b }: State): Dataset => {
  if (a.length === 0 || b.length === 0) {
    throw new Error("there are points of one class only; draw some of the other one");
  }
  return dataset({
    name: "drawn",
    inputs: [...a, ...b].flat(),
    targets: [...a.map(() => 0), ...b.map(() => 1)],
    inputShape: [2],
    classes: 2,
  });
};

const toys = { moons, circles, blobs, spirals } as const;

const partsOf = (state: State): { readonly train: Dataset; readonly test?: Dataset } => {
  if (state.data === "drawn") return { train: drawn(state) };
  const make = (seed: number): Dataset => {
    const options = { n: EXAMPLES, noise: state.noise, seed };
    if (state.data === "blobs") return blobs({ ...options, classes: 2 });
    return toys[state.data === "drawn" ? "moons" : state.data](options);
  };
  return { train: make(2 * state.seed), test: make(2 * state.seed + 1) };
};

/** The middles of the cells. */
const cells = (): Float32Array => {
  const inputs = new Float32Array(2 * GRID * GRID);
  const at = ([low, high]: readonly [number, number], i: number) => low + ((high - low) * (i + 0.5)) / GRID;
  for (let i = 0; i < GRID * GRID; i++) {
    inputs[2 * i] = at(plane.x, i % GRID);
    inputs[2 * i + 1] = at(plane.y, Math.floor(i / GRID));
  }
  return inputs;
};

/** One column after another of a table that lies row by row. */
const columns = (values: Float32Array, width: number): Float32Array => {
  const rows = values.length / width;
  return Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * width + Math.floor(i / rows)] ?? 0,
  );
};

type Asked = Trainer<ReturnType<typeof networkOf>>;

const momentOf = async (
  trainer: Asked,
  epoch: number,
  grid: Float32Array,
  counts: readonly number[],
): Promise<Moment> => {
  const answers = await trainer.predict({ input: grid });
  const { target } = answers;
  return {
    epoch,
    surface: Float32Array.from({ length: GRID * GRID }, (_, i) => target?.data[2 * i + 1] ?? 0),
    units: counts.map((count, i) => columns(answers[`layer${i + 1}`]?.data ?? new Float32Array(0), count)),
  };
};

const train = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const unitCounts = unitsOf(state);
  const grid = cells();
  const moments: Moment[] = [];
  const testLosses: number[] = [];
  const testErrors: number[] = [];
  const { train: data, test } = partsOf(state);
  const every = Math.ceil(state.epochs / MOMENTS);
  const engine = wasm({ threads: 1 });
  const run = await fit(networkOf(state), data, {
    engine,
    loss: { target: crossEntropy() },
    optimizer: ruleOf(state),
    ...(state.bound < unbounded && { constraint: maxNorm(state.bound) }),
    epochs: state.epochs,
    batchSize: Math.min(state.batch, data.size),
    seed: state.seed,
    ...(signal && { signal }),
    callbacks: [
      {
        onTrainBegin: async ({ trainer }) => {
          moments.push(await momentOf(trainer as unknown as Asked, 0, grid, unitCounts));
        },
        onEpochEnd: async ({ trainer }, { record: { epoch } }) => {
          if (test) {
            const { loss, error } = await trainer.evaluate(test);
            testLosses.push(loss);
            testErrors.push(error ?? Number.NaN);
          }
          if (epoch % every === 0 || epoch === state.epochs) {
            moments.push(await momentOf(trainer as unknown as Asked, epoch, grid, unitCounts));
          }
        },
      },
    ],
  });
  const { inputs, targets } = await readRows(data);
  const trainLosses = run.epochs.map((record) => record.train.loss);
  const trainErrors = run.epochs.map((record) => record.train.error ?? Number.NaN);
  await run.release();
  return {
    train: { x: soleFloats(inputs), labels: soleFloats(targets) },
    moments,
    unitCounts,
    trainLosses,
    trainErrors,
    testLosses,
    testErrors,
    engine: engine.name,
    claims: [
      fallingLossClaim(trainLosses),
      ...(test
        ? [optimismClaim(trainLosses.at(-1) ?? Number.NaN, testLosses.at(-1) ?? Number.NaN, EXAMPLES)]
        : []),
    ],
  };
};

/** The last training: moving the point at which the network is asked trains nothing anew. */
let known: { readonly key: string; readonly result: Result } | undefined;

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { probe: _, a, b, ...rest } = state;
  const key = JSON.stringify(state.data === "drawn" ? { ...rest, a, b } : rest);
  if (known?.key !== key) known = { key, result: await train(state, signal) };
  return known.result;
};
