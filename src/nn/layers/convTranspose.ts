import { convTranspose } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { he, type Initializer, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";
import { checkGroups, perAxis, requireChannels, requireFilters } from "./conv.js";

export interface ConvTransposeOptions {
  /** The size of a filter; one number is for both axes. @defaultValue 3 */
  readonly kernel?: number | readonly number[];
  /** By how much the picture grows. @defaultValue 1 */
  readonly stride?: number | readonly number[];
  /** The distance between two elements that a filter writes to. @defaultValue 1 */
  readonly dilation?: number | readonly number[];
  /** Groups of channels that are seen by filters of their own only. @defaultValue 1 */
  readonly groups?: number;
  /** How much is taken away around the result. @defaultValue 0 */
  readonly padding?: number | readonly (number | readonly [before: number, after: number])[];
  /** How much is added behind the result. @defaultValue 0 */
  readonly outputPadding?: number | readonly number[];
  /** @defaultValue `he()` */
  readonly init?: Initializer;
  /** @defaultValue `zeros()` */
  readonly biasInit?: Initializer;
  /** @defaultValue true */
  readonly bias?: boolean;
}

const names = [
  "kernel",
  "stride",
  "dilation",
  "groups",
  "padding",
  "outputPadding",
  "init",
  "biasInit",
  "bias",
] as const satisfies readonly (keyof ConvTransposeOptions)[];

/**
 * Transposed convolution: the adjoint of a `conv2d`, which makes pictures larger. `[batch, channels, height, width]` becomes
 * `[batch, filters, …]` with axes of `(n - 1)·stride + kernel - padding + outputPadding` (of `dilation` 1). Parameters: `weight` of
 * shape `[channels, filters / groups, height, width]`, `bias` of shape `[filters]`. Each number of the result adds up `channels / groups · kernel / stride`
 * products, axis by axis, which is what initialisers go by.
 */
export const convTranspose2d = (filters: number, options: ConvTransposeOptions = {}): Layer => {
  const kind = "convTranspose2d";
  const {
    kernel = 3,
    groups = 1,
    stride = 1,
    init = he(),
    biasInit = zeros(),
    bias = true,
    ...window
  } = requireKnown(kind, options, names);
  requireFilters(kind, filters);
  return layer(kind, (x, scope) => {
    requireChannels(kind, x, 2);
    const channels = x.size(1);
    const size = perAxis(kernel, 2);
    const area = size.reduce((a, b) => a * b, 1);
    checkGroups(kind, groups, channels, filters);
    const steps = perAxis(stride, 2).reduce((a, b) => a * b, 1);
    const fan = { in: Math.max(1, ((channels / groups) * area) / steps), out: (filters / groups) * area };
    const weight = scope.param("weight", [channels, filters / groups, ...size], init, { fan, groups });
    return convTranspose(x, weight, {
      ...window,
      stride,
      groups,
      ...(bias && { bias: scope.param("bias", [filters], biasInit) }),
    });
  });
};
