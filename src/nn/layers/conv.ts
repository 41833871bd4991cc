import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { conv, type Tensor } from "../../graph/index.js";
import type { Padding } from "../../graph/ops/window.js";
import { formatShape } from "../../graph/shape.js";
import { requireKnown } from "../../options.js";
import { he, type Initializer, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";

export interface ConvOptions {
  /** The size of a filter; one number is for all axes. @defaultValue 3 */
  readonly kernel?: number | readonly number[];
  /** The distance between two places of a filter. @defaultValue 1 */
  readonly stride?: number | readonly number[];
  /** What is added around: "same" makes as many places as there are elements (for every `stride`-th), "valid" adds nothing; or numbers. @defaultValue "same" */
  readonly padding?: Padding | "valid";
  /** The distance between two elements that a filter sees. @defaultValue 1 */
  readonly dilation?: number | readonly number[];
  /** Groups of channels that are seen by filters of their own only. @defaultValue 1 */
  readonly groups?: number;
  /** How the filters start. @defaultValue `he()`, made for relu */
  readonly init?: Initializer;
  /** How the biases start. @defaultValue `zeros()` */
  readonly biasInit?: Initializer;
  /** Whether a bias is added; behind it batch normalisation has one of its own. @defaultValue true */
  readonly bias?: boolean;
}

export const convOptions = [
  "kernel",
  "stride",
  "padding",
  "dilation",
  "groups",
  "init",
  "biasInit",
  "bias",
] as const satisfies readonly (keyof ConvOptions)[];

/** Throws unless a number of filters or channels is a whole one from 1 on. */
export const requireFilters = (kind: string, filters: number): void => {
  if (Number.isInteger(filters) && filters >= 1) return;
  throw new SteepestError(
    `${kind}: the number of filters must be a whole number of at least 1, got ${givenText(filters)}`,
  );
};

const axesWords = ["", "length", "height, width", "depth, height, width"];

/** Throws unless inputs have channels and so many axes. */
export const requireChannels = (kind: string, x: Tensor, axes: number): void => {
  if (x.rank === axes + 2) return;
  const advice = x.rank === 2 ? "; put unflatten([channels, …]) in front, as in unflatten([1, 28, 28])" : "";
  throw new SteepestError(
    `${kind}: expected inputs of shape [batch, channels, ${axesWords[axes]}], got ${formatShape(x.shape)}${advice}`,
  );
};

/** Throws unless channels and filters can be cut into so many groups. */
export const checkGroups = (kind: string, groups: number, channels: number, filters: number): void => {
  if (Number.isInteger(groups) && groups >= 1 && channels % groups === 0 && filters % groups === 0) return;
  throw new SteepestError(
    `${kind}: groups must divide the ${channels} channels of the input and the ${filters} filters, got ${groups}`,
  );
};

/** A size for each axis. */
export const perAxis = (size: number | readonly number[], axes: number): readonly number[] =>
  typeof size === "number" ? Array<number>(axes).fill(size) : size;

const convolution =
  (axes: number) =>
  (filters: number, options: ConvOptions = {}): Layer => {
    const kind = `conv${axes}d`;
    const {
      kernel = 3,
      padding = "same",
      groups = 1,
      init = he(),
      biasInit = zeros(),
      bias = true,
      ...window
    } = requireKnown(kind, options, convOptions);
    requireFilters(kind, filters);
    return layer(kind, (x, scope) => {
      requireChannels(kind, x, axes);
      const channels = x.size(1);
      checkGroups(kind, groups, channels, filters);
      const size = perAxis(kernel, axes);
      const area = size.reduce((a, b) => a * b, 1);
      const seen = channels / groups;
      const fan = { in: seen * area, out: (filters / groups) * area };
      const weight = scope.param("weight", [filters, seen, ...size], init, { fan, groups });
      return conv(x, weight, {
        ...window,
        groups,
        padding: padding === "valid" ? 0 : padding,
        ...(bias && { bias: scope.param("bias", [filters], biasInit) }),
      });
    });
  };

/** Convolution along one axis: `[batch, channels, length]` to `[batch, filters, …]`. Parameters as those of `conv2d`. */
export const conv1d = convolution(1);

/**
 * Convolution, or rather correlation, of pictures: `[batch, channels, height, width]` to `[batch, filters, …]`. Parameters: `weight` of shape
 * `[filters, channels / groups, height, width]` (a filter per unit), `bias` of shape `[filters]`.
 *
 * ```ts
 * const net = sequential(unflatten([1, 28, 28]), conv2d(8), relu(), maxPool(2), flatten(), linear(10));
 * ```
 *
 * Throws where the input has no channels or a filter does not fit into it.
 */
export const conv2d = convolution(2);

/** Convolution along three axes: `[batch, channels, depth, height, width]` to `[batch, filters, …]`. Parameters as those of `conv2d`. */
export const conv3d = convolution(3);
