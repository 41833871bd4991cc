import { SteepestError } from "../../errors.js";
import { operator, type Written } from "../definition.js";
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
