import {
  gelu,
  he,
  type Initializer,
  type Layer,
  layer,
  leakyRelu,
  leCun,
  moons,
  normal,
  readRows,
  relu,
  sigmoid,
  silu,
  soleFloats,
  tanh,
  wasm,
  xavier,
} from "steepest";
import {
  type Change,
  changeOf,
  equalUnitsClaim,
  fixedSigmaClaim,
  gradientNorms,
  hiddenGradient,
  linearSignalsClaim,
  openStack,
  type Passed,
  reluSignalsClaim,
  type Signals,
  type Trained,
  trainUnits,
  varianceClaim,
  variancesOf,
  zeroGradientsClaim,
} from "steepest/claims";
import { mean } from "../../../src/statistics.js";
import type { Computed, Judged } from "../../parts/definition.js";
import { histogram } from "../../parts/histogram.js";
import { meanInputs, type Nonlinearity, type Rule, type State, widthsOf } from "./state.js";

export interface Histograms {
  readonly domain: readonly [number, number];
  /** Layer by layer. */
  readonly counts: readonly (readonly number[])[];
  /** Root mean squares. */
  readonly spreads: readonly number[];
}

/** A network of equal weights, of equal weights under dropout, or of different ones, as it learns. */
export interface Start {
  readonly name: string;
  readonly distinct: readonly [number, number];
  readonly moved: number;
  readonly error: number;
  /** Both incoming weights of each unit of the first layer, before training and after each epoch. */
  readonly paths: readonly (readonly (readonly number[])[])[];
}

export interface Result extends Computed {
  readonly signals: Readonly<Record<Rule, Signals>>;
  /** By what V[o] changes per layer, as a geometric mean. */
  readonly factor: number;
  /** √(n_in·σ²) of each rule, as a geometric mean over layers 2, 3, … */
  readonly gains: Readonly<Record<Rule, number>>;
  /** Of the rule that is chosen: what each layer passes on, and ∂L/∂o. */
  readonly outputs: Histograms;
  readonly gradients: Histograms;
  /** Norm of the hidden weights' gradients before the first step. */
  readonly hiddenGradient: number;
  readonly starts: readonly Start[];
}

const activations: Readonly<Record<Nonlinearity, () => Layer>> = {
  none: () => layer("identity", (x) => x),
  tanh,
  relu,
  sigmoid,
  leakyRelu,
  gelu,
  silu,
};

const BINS = 25;

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Histograms on one axis, three times as far as one of them spreads. */
const histogramsOf = (layers: readonly Float32Array[], scale: Float32Array | undefined): Histograms => {
  const half = 3 * rootMeanSquare(scale ?? new Float32Array([1])) || 1;
  const domain = [-half, half] as const;
  return {
    domain,
    counts: layers.map((values) => histogram(values, domain, BINS)),
    spreads: layers.map(rootMeanSquare),
  };
};

interface Learned {
  readonly hiddenGradient: number;
  readonly starts: readonly (Trained & { readonly name: string })[];
}

/** Of the small network that learns two moons. */
export const small = { units: 8, examples: 100, batchSize: 20, updates: 100 } as const;

const learn = async ({ activation, equal, seed }: State, signal?: AbortSignal): Promise<Learned> => {
  const engine = wasm({ threads: 1 });
  const data = moons({ n: small.examples, noise: 0.15, seed });
  const network = { activation: activations[activation], units: small.units, classes: 2 };
  const training = { data, batchSize: small.batchSize, seed, signal, engine };
  const { inputs, targets } = await readRows(data);
  const examples = { inputs: soleFloats(inputs), targets: soleFloats(targets) };
  const norms = await gradientNorms({ ...network, value: equal, dropped: false }, examples, engine);
  const starts = [
    { name: `all at ${equal}`, value: equal, dropped: false },
    { name: `all at ${equal}, dropout`, value: equal, dropped: true },
    { name: "LeCun's random weights", dropped: false },
  ];
  const trained: (Trained & { name: string })[] = [];
  for (const { name, ...start } of starts) {
    trained.push({ name, ...(await trainUnits({ ...network, ...start }, training)) });
  }
  return { hiddenGradient: hiddenGradient(norms), starts: trained };
};

/** What was learned last: the stack of layers can change without it. */
let known: { readonly key: string; readonly learned: Learned } | undefined;

const learned = async (state: State, signal?: AbortSignal): Promise<Learned> => {
  const key = JSON.stringify([state.activation, state.equal, state.seed]);
  if (known?.key === key) return known.learned;
  const result = await learn(state, signal);
  known = { key, learned: result };
  return result;
};

const pathsOf = ({ path }: Trained): number[][][] =>
  Array.from({ length: small.units }, (_, unit) =>
    path.map((weights) => [weights[unit] ?? 0, weights[small.units + unit] ?? 0]),
  );

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { activation, rule, depth, seed, equal } = state;
  const rules: Readonly<Record<Rule, Initializer>> = {
    fixed: normal(state.sigma),
    leCun: leCun(),
    xavier: xavier(),
    he: he(),
  };
  const widths = widthsOf(state);
  const stack = await openStack(
    { widths, activation: activations[activation] },
    { engine: wasm({ threads: 1 }) },
  );
  const passed: Partial<Record<Rule, Passed>> = {};
  for (const name of Object.keys(rules) as Rule[]) {
    passed[name] = await stack.pass(rules[name], seed);
    if (signal?.aborted) break;
  }
  await stack.release();
  signal?.throwIfAborted();
  const all = passed as Record<Rule, Passed>;
  const each = <T>(of: (one: Passed) => T) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, of(one)])) as Record<Rule, T>;
  /** n_in·σ² of each layer, of the weights that were drawn. */
  const powers = each(({ weights }) =>
    weights.map((values, i) => (widths[i] ?? 1) * rootMeanSquare(values) ** 2),
  );
  const signals = each(variancesOf);
  const changes = each((one): Change => changeOf(variancesOf(one)));
  const gains = Object.fromEntries(
    Object.entries(powers).map(([name, [, ...later]]) => [
      name,
      Math.exp(mean(later.map((power) => Math.log(power) / 2))),
    ]),
  ) as Record<Rule, number>;

  const { hiddenGradient: gradient, starts } = await learned(state, signal);
  const named = activation === "none" ? "no nonlinearity" : activation;
  const equals = starts.flatMap(({ name: _, path: __, ...one }, i) =>
    i > 1 ? [] : [{ ...one, activation: named, value: equal, dropped: i === 1, hiddenGradient: gradient }],
  );
  const firstPower = powers[rule][0] ?? 1;
  const claims: Judged[] = [
    varianceClaim([
      {
        sigma: Math.sqrt(firstPower / state.inputs),
        first: signals[rule].activations[0] ?? 0,
        expected: firstPower,
      },
    ]),
  ];
  if (rule === "fixed") {
    const forward = changes.fixed.forward;
    claims.push(fixedSigmaClaim(named, depth, [{ sigma: state.sigma, forward }]));
  }
  if (activation === "none") claims.push(linearSignalsClaim(changes.leCun, changes.xavier));
  if (activation === "relu") {
    claims.push(reluSignalsClaim(changes.he, changes.leCun, changes.xavier, depth));
  }
  const { units, updates } = small;
  claims.push(
    equal === 0
      ? zeroGradientsClaim(equals, updates)
      : equalUnitsClaim(equals, {
          units,
          updates,
          different: { activation: named, error: starts[2]?.error ?? 0 },
        }),
  );
  return {
    signals,
    factor: changes[rule].forward ** (1 / (depth - 1)),
    gains: { ...gains, fixed: state.sigma * Math.sqrt(meanInputs(state)) },
    outputs: histogramsOf(all[rule].outputs, all[rule].outputs[0]),
    gradients: histogramsOf(all[rule].gradients, all[rule].gradients.at(-1)),
    hiddenGradient: gradient,
    starts: starts.map(({ path, ...one }) => ({ ...one, paths: pathsOf({ path, ...one }) })),
    claims,
  };
};
