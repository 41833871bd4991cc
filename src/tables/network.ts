import {
  batch,
  exp,
  log,
  logSoftmax,
  maximum,
  mean,
  reshape,
  silu,
  type Tensor,
  transpose,
} from "../graph/index.js";
import { missing } from "../missing.js";
import { he, normal, zeros } from "../nn/initializers.js";
import { type Layer, layer } from "../nn/layer.js";
import { embedding } from "../nn/layers/embedding.js";
import { type LinearOptions, linear } from "../nn/layers/linear.js";
import { type NamedNetwork, network } from "../nn/network.js";
import type { EncodedTarget, TableEncoder } from "./encoder.js";
import { featuresOf, joined } from "./features.js";
import { targetName } from "./targets.js";

/** A network for tables: several small ones side by side, whose answers are averaged. */
export interface TableNetworkOptions {
  /** How many networks. */
  readonly members: number;
  /** Units of the hidden layers of each. */
  readonly hidden: readonly number[];
  /** Probability that a hidden unit is kept. */
  readonly keep: number;
}

/** Numbers of the vector that each of `count` categories becomes. */
const sizeOf = (count: number): number => Math.min(32, Math.max(4, Math.round(1.6 * count ** 0.56)));

const outputsOf = (target: EncodedTarget): number => (target.kind === "class" ? target.classes.length : 1);

/** `x·W + b` of each member: `[batch, in]` or `[members, batch, in]` to `[members, batch, units]`. */
const memberLinear = (members: number, units: number, init = he()): Layer =>
  layer("linear", (x, scope) => {
    const fan = { in: x.size(-1), out: units };
    const weight = scope.param("weight", [members, x.size(-1), units], init, { fan });
    const bias = scope.param("bias", [members, 1, units], zeros(), { role: "bias" });
    return x.matmul(weight).add(bias);
  });

/** Drops units of `[members, batch, units]`, each member's own. */
const memberDropout = (members: number, keep: number): Layer =>
  layer("dropout", (x, scope) => {
    if (keep === 1 || !scope.thinned) return x;
    const units = x.size(-1);
    const mask = scope.mask([batch, members * units], { keep, scale: 1 / keep });
    return x.mul(transpose(reshape(mask, [batch, members, units]), [1, 0, 2]));
  });

/** The answer of several: the logarithm of their mean probabilities, or their mean values. `[batch, members, outputs]` to `[batch, outputs]`. */
export const averagedAnswer = (each: Tensor, kind: EncodedTarget["kind"]): Tensor =>
  kind === "class" ? log(maximum(mean(exp(logSoftmax(each)), 1), 1e-37)) : mean(each, 1);

/** Values in the units of the target. */
const inUnits = (z: Tensor, target: EncodedTarget): Tensor =>
  target.kind === "class" ? z : z.mul(target.deviation).add(target.mean);

const answersOf = (
  encoder: TableEncoder,
  outputs: readonly Tensor[],
): Tensor | Readonly<Record<string, Tensor>> => {
  const [only, ...others] = outputs;
  if (only && others.length === 0) return only;
  return Object.fromEntries(
    encoder.targets.map((target, i) => [targetName(encoder.targets, target), outputs[i] ?? missing()]),
  );
};

/**
 * The network for tables: features, then for each member hidden layers of SiLU with a way around each that has the width of the one before, and
 * an output layer. In training it gives the outputs of every member, `[batch, members, outputs]`, of which each has a loss of its own; in use their
 * average.
 */
export const tableNetwork = (
  encoder: TableEncoder,
  { members, hidden, keep }: TableNetworkOptions,
): NamedNetwork => {
  const embeddings = new Map<string, Layer>();
  const embed = (name: string, count: number): Layer => {
    const known = embeddings.get(name) ?? embedding(count + 1, sizeOf(count), { init: normal(0.3) });
    embeddings.set(name, known);
    return known;
  };
  const layers = hidden.map((units) => ({
    units,
    dense: memberLinear(members, units),
    drop: memberDropout(members, keep),
  }));
  const heads = encoder.targets.map((target) => memberLinear(members, outputsOf(target), zeros()));
  return network((inputs, scope) => {
    const { dense, embedded } = featuresOf(encoder, inputs, { linear: false });
    const vectors = embedded.map(({ column, ids }) =>
      scope.apply(embed(column.name, column.categories.length), ids),
    );
    let x = joined([...dense, ...vectors]);
    for (const { units, dense: weights, drop } of layers) {
      const y = scope.apply(drop, silu(scope.apply(weights, x)));
      x = x.rank === 3 && x.size(-1) === units ? x.add(y) : y;
    }
    const outputs = encoder.targets.map((target, i) => {
      const each = transpose(scope.apply(heads[i] ?? missing(), x), [1, 0, 2]);
      const answers = inUnits(each, target);
      return scope.mode === "train" ? answers : averagedAnswer(answers, target.kind);
    });
    return answersOf(encoder, outputs);
  });
};

/** The linear model as a network: one layer over all features, which starts at 0 or as is said. */
export const linearNetwork = (
  encoder: TableEncoder,
  { init = zeros(), biasInit = zeros() }: Pick<LinearOptions, "init" | "biasInit"> = {},
): NamedNetwork => {
  const heads = encoder.targets.map((target) => linear(outputsOf(target), { init, biasInit }));
  return network((inputs, scope) => {
    const x = joined(featuresOf(encoder, inputs, { linear: true }).dense);
    return answersOf(
      encoder,
      encoder.targets.map((target, i) => inUnits(scope.apply(heads[i] ?? missing(), x), target)),
    );
  });
};
