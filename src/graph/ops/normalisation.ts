import { SteepestError } from "../../errors.js";
import { formatShape } from "../shape.js";
import { node, type Tensor } from "../tensor.js";
import { sqrt } from "./elementwise.js";
import { sum } from "./reduce.js";
import { reshape } from "./shaping.js";

/** One number per channel, of shape `[channels]`. */
export interface ChannelStatistics {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * `gamma·(x - mean)/√(variance + epsilon) + beta` with given statistics, for x of shape `[batch, channels, …]`: batch
 * normalisation of a network in use, as the single ONNX operator that engines and converters know.
 */
export const normaliseChannels = (
  x: Tensor,
  { gamma, beta, mean, variance }: ChannelStatistics,
  epsilon: number,
): Tensor => {
  const channels = x.rank < 2 ? undefined : x.size(1);
  const perChannel = [gamma, beta, mean, variance];
  for (const { rank, shape } of perChannel) {
    if (rank !== 1 || shape[0] !== channels) {
      throw new SteepestError(
        `normaliseChannels: x of shape ${formatShape(x.shape)} needs a number for each element of its axis 1, got shape ${formatShape(shape)}`,
      );
    }
  }
  return node({
    name: "normaliseChannels",
    inputs: [x, ...perChannel],
    shape: x.shape,
    dtype: x.dtype,
    attributes: { epsilon },
    onnx: (emit) => emit.node("BatchNormalization", [x, ...perChannel], { epsilon: { float: epsilon } }),
    gradient: (g) => {
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
  });
};
