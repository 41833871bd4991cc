import { check, positive } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { mean, reshape, sqrt, square } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { constant, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface GroupNormOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
}

const normalising = (
  kind: string,
  groupsOf: (channels: number) => number,
  options: GroupNormOptions,
): Layer => {
  const { epsilon = 1e-5 } = requireKnown(kind, options, ["epsilon"]);
  check(kind, positive, { epsilon });
  return layer(kind, (x, scope) => {
    if (x.rank < 3) {
      throw new SteepestError(
        `${kind}: expected inputs of shape [batch, channels, …], got ${formatShape(x.shape)}`,
      );
    }
    const channels = x.size(1);
    const groups = groupsOf(channels);
    if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
      throw new SteepestError(
        `${kind}: groups must be a whole number that divides the ${channels} channels, got ${givenText(groups)}`,
      );
    }
    const sizes = x.shape.slice(2).map(Number);
    const perGroup = (channels / groups) * sizes.reduce((a, b) => a * b, 1);
    const grouped = reshape(x, [x.shape[0] ?? missing(), groups, perGroup]);
    const centred = grouped.sub(mean(grouped, 2, { keepDims: true }));
    const deviation = sqrt(mean(square(centred), 2, { keepDims: true }).add(epsilon));
    const perChannel = [channels, ...sizes.map(() => 1)];
    const gamma = scope.param("gamma", [channels], constant(1), { role: "scale" });
    const beta = scope.param("beta", [channels], zeros());
    return reshape(centred.div(deviation), x.shape)
      .mul(reshape(gamma, perChannel))
      .add(reshape(beta, perChannel));
  });
};

/**
 * Group normalisation: `y = gamma·(x - mean)/√(variance + epsilon) + beta` with the mean and variance of each group of channels of each
 * example of `[batch, channels, …]`, the same in training and in use. Parameters `gamma` (starts at 1) and `beta` (0) of shape `[channels]`.
 * Wu & He 2018.
 *
 * Throws where the groups do not divide the channels.
 */
export const groupNorm = (groups: number, options: GroupNormOptions = {}): Layer =>
  normalising("groupNorm", () => groups, options);

/** Group normalisation in which every channel is a group of its own. Ulyanov et al. 2016. */
export const instanceNorm = (options: GroupNormOptions = {}): Layer =>
  normalising("instanceNorm", (channels) => channels, options);
