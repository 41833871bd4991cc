import {
  batchNorm,
  buildModel,
  compile,
  cosineDecay,
  fit,
  gradientDescent,
  inputOf,
  linear,
  moons,
  network,
  outputOf,
  readRows,
  relu,
  soleFloats,
  type Tensor,
  type Trainer,
  TrainingDiverged,
  wasm,
} from "steepest";
import {
  higherRateClaim,
  identityClaim,
  runningStatisticsClaim,
  standardOutputsClaim,
} from "steepest/claims";
import { missing } from "../../../src/missing.js";
import { mean, variance } from "../../../src/statistics.js";
import type { Computed } from "../../parts/definition.js";
import { histogram } from "../../parts/histogram.js";
import { layerOf, type State } from "./state.js";

/** Units of each hidden layer. */
const UNITS = 12;

/** Training examples. */
const EXAMPLES = 240;

/** The unit that β, γ and the running statistics are shown of. */
export const UNIT = 0;

const EPSILON = 1e-5;

/** Half of what guessing costs: the training loss below which a network is said to have learnt. */
export const LEARNT = Math.log(2) / 2;

/** Bars of a histogram. */
const BARS = 48;

/** What comes before the nonlinearity of one layer, over its units and all training examples. */
export interface Spread {
  /** The share of the values in each bar. */
  readonly shares: readonly number[];
  /** Their 5th, 50th and 95th percentiles. */
  readonly percentiles: readonly [number, number, number];
}

export interface Training {
  /** At the beginning and after each epoch; as many as there were until it diverged. */
  readonly spreads: readonly Spread[];
  readonly losses: readonly number[];
  readonly diverged: boolean;
}

/** One unit's statistics at the beginning and after each epoch. */
export interface Statistics {
  readonly running: readonly number[];
  readonly training: readonly number[];
  /** Means of single batches. */
  readonly batches: readonly number[];
}

export interface Result extends Computed {
  readonly bars: readonly number[];
  readonly plain: Training;
  readonly normalised: Training;
  readonly statistics: Statistics;
  /** Values of the unit on the first batch, as they come in, with γ = 1 and β = 0, and with those that are set. */
  readonly unit: {
    readonly input: readonly number[];
    readonly standard: readonly number[];
    readonly output: readonly number[];
  };
  /** β and γ that make the layer the identity on that batch. */
  readonly identity: readonly [beta: number, gamma: number];
}

const engine = () => wasm({ threads: 1 });

/** Hidden layers of linear, perhaps batch normalisation, and relu; what comes before each relu is an output beside the answer. */
const netOf = ({ depth, momentum }: State, isNormalised: boolean) =>
  network<"input">(({ input }, scope) => {
    const outputs: Record<string, Tensor> = {};
    let h = input;
    for (let i = 1; i <= depth; i++) {
      h = scope.apply(linear(UNITS), h);
      outputs[`linear${i}`] = h;
      if (isNormalised) h = scope.apply(batchNorm({ momentum, epsilon: EPSILON }), h);
      outputs[`before${i}`] = h;
      h = scope.apply(relu(), h);
    }
    return { target: scope.apply(linear(2), h), ...outputs };
  });

type Net = ReturnType<typeof netOf>;

const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

/** Values of one unit, example by example. */
const columnOf = (values: ArrayLike<number>, unit: number): Float64Array =>
  Float64Array.from({ length: values.length / UNITS }, (_, i) => values[i * UNITS + unit] ?? Number.NaN);

interface Moment {
  readonly before: Float32Array;
  readonly linear: Float64Array;
  readonly runningMean: number;
  readonly runningVariance: number;
}

/** One value of a state of the layer that is looked at. */
const stateOf = (values: ReadonlyMap<string, Float32Array>, name: string, layer: number): number => {
  const all = [...values].filter(([path]) => path.endsWith(`.${name}`));
  return all[layer - 1]?.[1][UNIT] ?? Number.NaN;
};

const momentOf = async (trainer: Trainer<Net>, inputs: Float32Array, layer: number): Promise<Moment> => {
  const answers = await trainer.predict({ input: inputs });
  const values = await trainer.values();
  return {
    before: answers[`before${layer}`]?.data.slice() ?? new Float32Array(0),
    linear: columnOf(answers[`linear${layer}`]?.data ?? [], UNIT),
    runningMean: stateOf(values, "mean", layer),
    runningVariance: stateOf(values, "variance", layer),
  };
};

interface Trained {
  readonly moments: readonly Moment[];
  readonly losses: readonly number[];
  readonly diverged: boolean;
  readonly independence: number;
}

/** Largest difference between the answers to examples one by one and all together. */
const independenceOf = async (
  run: { predict: Trainer<Net>["predict"] },
  inputs: Float32Array,
): Promise<number> => {
  const together = (await run.predict({ input: inputs.subarray(0, 32) })).target?.data ?? [];
  let worst = 0;
  for (let i = 0; i < 16; i++) {
    const alone = (await run.predict({ input: inputs.subarray(2 * i, 2 * i + 2) })).target?.data ?? [];
    for (let k = 0; k < 2; k++) {
      worst = Math.max(worst, Math.abs((alone[k] ?? Number.NaN) - (together[2 * i + k] ?? Number.NaN)));
    }
  }
  return worst;
};

const train = async (state: State, isNormalised: boolean, signal?: AbortSignal): Promise<Trained> => {
  const data = moons({ n: EXAMPLES, noise: 0.15, seed: state.seed });
  const inputs = soleFloats((await readRows(data)).inputs);
  const layer = layerOf(state);
  const moments: Moment[] = [];
  let independence = Number.NaN;
  const run = await fit(netOf(state, isNormalised), data, {
    engine: engine(),
    optimizer: gradientDescent({ learningRate: cosineDecay({ initial: state.rate }) }),
    epochs: state.epochs,
    batchSize: Math.min(state.batch, EXAMPLES),
    seed: state.seed,
    ...(signal && { signal }),
    callbacks: [
      {
        onTrainBegin: async ({ trainer }) => {
          moments.push(await momentOf(trainer as unknown as Trainer<Net>, inputs, layer));
        },
        onEpochEnd: async ({ trainer }, { record: { epoch } }) => {
          moments.push(await momentOf(trainer as unknown as Trainer<Net>, inputs, layer));
          if (epoch === state.epochs)
            independence = await independenceOf(trainer as unknown as Trainer<Net>, inputs);
        },
      },
    ],
  }).catch((error: unknown) => {
    if (error instanceof TrainingDiverged) return error.run;
    throw error;
  });
  const losses = run.epochs.map((record) => record.train.loss);
  await run.release();
  return { moments, losses, diverged: run.stopped === "diverged", independence };
};

/** Histograms and percentiles of all moments, in bars that go as far to either side of 0. */
const spreadsOf = (moments: readonly Moment[], reach: number): Spread[] =>
  moments.map(({ before }) => {
    const sorted = Float32Array.from(before).sort();
    return {
      shares: histogram(sorted, [-reach, reach], BARS).map((count) => count / sorted.length),
      percentiles: [percentile(sorted, 0.05), percentile(sorted, 0.5), percentile(sorted, 0.95)],
    };
  });

/** How far bars go to either side of 0 that hold 98 of 100 values of every moment, as far as these are of a size that can be drawn. */
const reachOf = (all: readonly Moment[]): number =>
  all.reduce((most, { before }) => {
    const sorted = Float32Array.from(before, Math.abs).sort();
    return Math.max(most, Math.min(20, percentile(sorted, 0.98)));
  }, 3);

/** The layer on one batch of one feature, as in training: its outputs for each pair of β and γ. */
const layerOn = async (
  batch: Float64Array,
  pairs: readonly (readonly [beta: number, gamma: number])[],
): Promise<number[][]> => {
  const model = buildModel(batchNorm({ epsilon: EPSILON }), [1]);
  const inputs = [inputOf(model.training), ...model.parameters.map(({ tensor }) => tensor)];
  const program = await compile(
    { inputs, outputs: { y: outputOf(model.training) } },
    { engine: engine(), threads: 1 },
  );
  const outputs: number[][] = [];
  for (const [beta, gamma] of pairs) {
    const { y } = await program.run({ input: Float32Array.from(batch), gamma: [gamma], beta: [beta] });
    outputs.push(Array.from(y.data, Number));
  }
  await program.release();
  return outputs;
};

interface Both {
  readonly plain: Trained;
  readonly normalised: Trained;
}

/** The last trainings: moving β and γ trains nothing anew. */
let known: { readonly key: string; readonly both: Both } | undefined;

const bothOf = async (state: State, signal?: AbortSignal): Promise<Both> => {
  const { affine: _, layer: __, ...rest } = state;
  const key = JSON.stringify({ ...rest, layer: layerOf(state) });
  if (known?.key !== key) {
    known = {
      key,
      both: { plain: await train(state, false, signal), normalised: await train(state, true, signal) },
    };
  }
  return known.both;
};

const lossOf = ({ losses, diverged }: Trained): number =>
  diverged ? Number.POSITIVE_INFINITY : (losses.at(-1) ?? Number.POSITIVE_INFINITY);

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { plain, normalised } = await bothOf(state, signal);
  const size = Math.min(state.batch, EXAMPLES);
  const last = normalised.moments.at(-1) ?? missing();
  const input = last.linear.slice(0, size);
  const identity = [mean(input), Math.sqrt(variance(input) + EPSILON)] as const;
  const [standard = [], same = [], output = []] = await layerOn(input, [[0, 1], identity, state.affine]);
  const largest = Math.max(...input.map(Math.abs));
  const reach = reachOf([...plain.moments, ...normalised.moments]);
  const training = ({ moments, losses, diverged }: Trained): Training => ({
    spreads: spreadsOf(moments, reach),
    losses,
    diverged,
  });
  return {
    bars: Array.from({ length: BARS }, (_, i) => (reach * (2 * i + 1)) / BARS - reach),
    plain: training(plain),
    normalised: training(normalised),
    statistics: {
      running: normalised.moments.map(({ runningMean }) => runningMean),
      training: normalised.moments.map(({ linear: values }) => mean(values)),
      batches: normalised.moments.map(({ linear: values }) => mean(values.subarray(0, size))),
    },
    unit: { input: [...input], standard, output },
    identity,
    claims: [
      standardOutputsClaim({
        features: 1,
        examples: size,
        worstMean: Math.abs(mean(standard)),
        worstVariance: Math.abs(variance(standard) - 1),
      }),
      identityClaim(
        Math.max(...same.map((value, i) => Math.abs(value - (input[i] ?? Number.NaN)))) / largest,
      ),
      runningStatisticsClaim({
        examples: 16,
        independence: normalised.independence,
        worstMean: Math.abs(last.runningMean - mean(last.linear)) / Math.sqrt(variance(last.linear)),
        worstVariance: Math.abs(last.runningVariance / variance(last.linear) - 1),
      }),
      higherRateClaim(state.rate, lossOf(plain), lossOf(normalised), LEARNT),
    ],
  };
};
