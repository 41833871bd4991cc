import type { Dataset } from "../../data/index.js";
import { missing } from "../../missing.js";
import { type Layer, linear, sequential, tanh } from "../../nn/index.js";
import { adam, gradientDescent, l2, momentum, type Rule, weightDecay } from "../../optim/index.js";
import { distance, norm } from "../../vector.js";
import { type Stepwise, stepwise, type Values } from "../shared/stepwise.js";

/** λ of the penalty λ‖w‖² and of the decay 1 − 2ηλ that the lecture says it equals. */
export const LAMBDA = 0.01;

const network = (): Layer => sequential(linear(32), tanh(), linear(10));

/** All weights of a network in one vector. */
const flat = ({ weights }: Stepwise, values: Values): Float64Array =>
  Float64Array.from(weights.flatMap((name) => Array.from(values.get(name) ?? [])));

const relative = (a: Float64Array, b: Float64Array): number => distance(a, b) / norm(b);

/** How far two ways of shrinking weights are apart after each step, relative to the weights' norm. */
export interface Trajectories {
  readonly name: string;
  readonly eta: number;
  readonly distances: readonly number[];
}

interface TrajectoryOptions {
  readonly data: Dataset;
  readonly steps: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** The same rule with the penalty in its gradient and with decay beside its step, on weights and biases alike. */
export const penaltyAgainstDecay = async (
  name: string,
  rule: Rule,
  eta: number,
  { data, steps, seed, signal }: TrajectoryOptions,
): Promise<Trajectories> => {
  const penalised = await stepwise(network(), data, { optimizer: l2(LAMBDA)(rule), steps, seed });
  const decayed = await stepwise(network(), data, { optimizer: weightDecay(LAMBDA)(rule), steps, seed });
  const distances: number[] = [];
  for (let t = 0; t < steps; t++) {
    signal?.throwIfAborted();
    await penalised.step();
    await decayed.step();
    distances.push(
      relative(flat(penalised, await penalised.values()), flat(decayed, await decayed.values())),
    );
  }
  await penalised.release();
  await decayed.release();
  return { name, eta, distances };
};

/** The lecture's formula written out: w ← (1 − 2ηλ)·w − η∇L(w), with η∇L from a step of plain gradient descent. */
export const penaltyAgainstFormula = async (
  eta: number,
  { data, steps, seed, signal }: TrajectoryOptions,
): Promise<Trajectories> => {
  const rule = gradientDescent({ learningRate: eta });
  const penalised = await stepwise(network(), data, { optimizer: l2(LAMBDA)(rule), steps, seed });
  const plain = await stepwise(network(), data, { optimizer: rule, steps, seed });
  const distances: number[] = [];
  let values = await plain.values();
  for (let t = 0; t < steps; t++) {
    signal?.throwIfAborted();
    await penalised.step();
    await plain.setValues(values);
    await plain.step();
    // plain holds w − η∇L(w); the formula takes 2ηλ·w off it.
    const next = await plain.values();
    values = new Map(
      [...next].map(([key, stepped]) => [
        key,
        stepped.map((value, i) => value - 2 * eta * LAMBDA * (values.get(key)?.[i] ?? missing())),
      ]),
    );
    distances.push(relative(flat(penalised, await penalised.values()), flat(plain, values)));
  }
  await penalised.release();
  await plain.release();
  return { name: "formula", eta, distances };
};

export const rules = {
  "gradient descent": { eta: 0.1, rule: gradientDescent({ learningRate: 0.1 }) },
  momentum: { eta: 0.02, rule: momentum({ learningRate: 0.02, beta: 0.9 }) },
  Adam: { eta: 0.002, rule: adam({ learningRate: 0.002 }) },
} as const;
