import { check, positive, share } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { batch, batchSize, constant as graphConstant, reshape, type Tensor } from "../../graph/index.js";
import { channelMoments, normaliseBatch, normaliseChannels } from "../../graph/ops/normalisation.js";
import { formatShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { constant, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface BatchNormOptions {
  /** How far the running statistics move towards those of each batch, in [0, 1]. @defaultValue 0.1, as in PyTorch */
  readonly momentum?: number;
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
  /** Whether gamma is learned, else 1. What follows a layer of constrained or scale-free weights does not need it. @defaultValue true */
  readonly scale?: boolean;
  /** Whether beta is learned, else 0. @defaultValue true */
  readonly shift?: boolean;
}

/**
 * Batch normalisation: `y = gamma·(x - mean)/√(variance + epsilon) + beta` for each feature (axis 1) of `[batch, features]` or
 * `[batch, channels, …]`.
 *
 * While training, mean and variance are those of the batch (over all axes but 1; the variance divided by the count n), and
 *
 *     running ← (1 - momentum)·running + momentum·(statistic of the batch)
 *
 * where the variance that enters the running one is divided by n - 1, as in PyTorch. In use they are the running ones.
 * Parameters `gamma` (starts at 1) and `beta` (0) of shape `[features]`, states `mean` (0) and `variance` (1). With
 * gamma = √variance and beta = mean the layer is the identity. It belongs behind linear layers or convolutions and before the
 * nonlinearity; exported models hold it folded into the layer before.
 *
 * A training batch must hold at least two numbers of each feature: `fit` refuses a batch size of one example, and leaves out a last
 * incomplete batch of one. Lecture, "Batch Normalization"; Ioffe & Szegedy 2015.
 */
export const batchNorm = (options: BatchNormOptions = {}): Layer => {
  const {
    momentum = 0.1,
    epsilon = 1e-5,
    scale = true,
    shift = true,
  } = requireKnown("batchNorm", options, ["momentum", "epsilon", "scale", "shift"]);
  check("batchNorm", share, { momentum });
  check("batchNorm", positive, { epsilon });
  return layer("batchNorm", (x, scope) => {
    if (x.rank < 2 || x.shape[0] !== batch) {
      throw new SteepestError(
        `batchNorm: expected inputs of shape [batch, features, …], got ${formatShape(x.shape)}`,
      );
    }
    const features = [x.size(1)];
    const gamma = scale ? scope.param("gamma", features, constant(1), { role: "scale" }) : undefined;
    const beta = shift ? scope.param("beta", features, zeros()) : undefined;
    const running = {
      mean: scope.state("mean", features, 0),
      variance: scope.state("variance", features, 1),
    };
    if (scope.mode === "inference") {
      const all = (value: number) => graphConstant(new Float32Array(x.size(1)).fill(value), features);
      return normaliseChannels(x, { gamma: gamma ?? all(1), beta: beta ?? all(0), ...running }, epsilon);
    }

    const perExample = x.shape.slice(2).reduce<number>((n, size) => n * Number(size), 1);
    if (perExample === 1) scope.requireBatch(2);
    const count = batchSize().mul(perExample);
    const spread = (v: Tensor) => reshape(v, [features[0] ?? missing(), ...x.shape.slice(2).map(() => 1)]);

    const { average, variance } = channelMoments(x);
    const unbiased = variance.mul(count.div(count.sub(1)));
    const moved = (from: Tensor, to: Tensor) => from.mul(1 - momentum).add(to.mul(momentum));
    scope.update(running.mean, moved(running.mean, average));
    scope.update(running.variance, moved(running.variance, unbiased));
    const normalised = normaliseBatch(x, epsilon);
    const scaled = gamma ? normalised.mul(spread(gamma)) : normalised;
    return beta ? scaled.add(spread(beta)) : scaled;
  });
};
