import { SteepestError } from "../../errors.js";
import { type Composed, operator, type Written } from "../definition.js";
import { floats } from "../dtype.js";
import { formatShape } from "../shape.js";
import { checkDType, node, type Tensor } from "../tensor.js";
import { div, square } from "./arithmetic.js";
import { sqrt } from "./elementwise.js";
import { mean, sum } from "./reduce.js";
import { reshape } from "./shaping.js";

/** One number per channel, of shape `[channels]`. */
export interface ChannelStatistics {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

type Inputs = readonly [x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor];

const definition: Written<Inputs, { readonly epsilon: number }> = {
  name: "normaliseChannels",
  onnx: (emit, inputs, { epsilon }) =>
    emit.node("BatchNormalization", inputs, { epsilon: { float: epsilon } }),
  gradient: (g, _y, [x, gamma, _beta, mean, variance], { epsilon }) => {
    const over = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const spread = (v: Tensor) => reshape(v, [-1, ...x.shape.slice(2).map(() => 1)]);
    const deviation = sqrt(variance.add(epsilon));
    const dBeta = sum(g, over);
    const dGamma = sum(g.mul(x.sub(spread(mean))), over).div(deviation);
    const scale = gamma.div(deviation);
    return [
      g.mul(spread(scale)),
      dGamma,
      dBeta,
      dBeta.mul(scale).neg(),
      dGamma.mul(gamma).div(variance.add(epsilon).mul(-2)),
    ];
  },
};

/**
 * `gamma·(x - mean)/√(variance + epsilon) + beta` with given statistics, for x of shape `[batch, channels, …]`: batch
 * normalisation of a network in use, as the single ONNX operator that engines and converters know.
 */
export const normaliseChannels = operator(
  definition,
  (x: Tensor, { gamma, beta, mean, variance }: ChannelStatistics, epsilon: number): Tensor => {
    const channels = x.rank < 2 ? undefined : x.size(1);
    const perChannel = [gamma, beta, mean, variance] as const;
    for (const { rank, shape } of perChannel) {
      if (rank !== 1 || shape[0] !== channels) {
        throw new SteepestError(
          `normaliseChannels: x of shape ${formatShape(x.shape)} needs a number for each element of its axis 1, got shape ${formatShape(shape)}`,
        );
      }
    }
    return node({
      definition,
      inputs: [x, ...perChannel],
      attributes: { epsilon },
      shape: x.shape,
      dtype: x.dtype,
    });
  },
);

/** All axes of `[batch, channels, …]` but the channels. */
const butChannels = (x: Tensor): number[] => [...x.shape.keys()].filter((axis) => axis !== 1);

/** The mean and the variance of each channel, `[channels]`; the variance is divided by the count. */
export const channelMoments = (x: Tensor): { readonly average: Tensor; readonly variance: Tensor } => {
  const average = mean(x, butChannels(x));
  return { average, variance: mean(square(x.sub(perChannel(average, x))), butChannels(x)) };
};

/** Numbers for each channel, as they broadcast against `x`. */
const perChannel = (v: Tensor, x: Tensor): Tensor =>
  reshape(v, [x.size(1), ...x.shape.slice(2).map(() => 1)]);

/** What the normalisation of x is made of: x around its mean, and the inverse of its deviation. */
const around = (x: Tensor, epsilon: number) => {
  const { average, variance } = channelMoments(x);
  return { centred: x.sub(perChannel(average, x)), inverse: div(1, sqrt(variance.add(epsilon))) };
};

const normalising: Composed<readonly [Tensor], { readonly epsilon: number }> = {
  name: "normaliseBatch",
  composed: ([x], { epsilon }) => {
    const { centred, inverse } = around(x, epsilon);
    return centred.mul(perChannel(inverse, x));
  },
  // With s = 1/√(variance + ε) and c = x - mean: dx = s·(g - mean(g) - s²·c·mean(g·c)).
  gradient: (g, _y, [x], { epsilon }) => {
    const { centred, inverse } = around(x, epsilon);
    const over = butChannels(x);
    const along = mean(g.mul(centred), over).mul(inverse.mul(inverse).mul(inverse));
    const scaled = (v: Tensor) => perChannel(v, x);
    return [
      g
        .mul(scaled(inverse))
        .sub(scaled(mean(g, over).mul(inverse)))
        .sub(centred.mul(scaled(along))),
    ];
  },
};

/**
 * `(x - mean)/√(variance + epsilon)` with the mean and the variance of each channel over a batch `[batch, channels, …]`: what batch
 * normalisation does in training.
 */
export const normaliseBatch = operator(normalising, (x: Tensor, epsilon: number): Tensor => {
  checkDType("normaliseBatch", x, floats);
  if (x.rank < 2 || typeof x.shape[1] !== "number") {
    throw new SteepestError(
      `normaliseBatch: expected a tensor of shape [batch, channels, …], got ${formatShape(x.shape)}`,
    );
  }
  return node({
    definition: normalising,
    inputs: [x],
    attributes: { epsilon },
    shape: x.shape,
    dtype: x.dtype,
  });
});
