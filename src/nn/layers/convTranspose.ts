import { convTranspose } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { he, type Initializer, zeros } from "../initializers.js";
import { type Layer, layer } from "../layer.js";
import { perAxis, requireChannels, requireFilters } from "./conv.js";

export interface ConvTransposeOptions {
  /** The size of a filter; one number is for both axes. @defaultValue 3 */
  readonly kernel?: number | readonly number[];
  /** By how much the picture grows. @defaultValue 1 */
  readonly stride?: number | readonly number[];
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

const names = ["kernel", "stride", "padding", "outputPadding", "init", "biasInit", "bias"] as const;

/**
 * Transposed convolution: the adjoint of a `conv2d`, which makes pictures larger. `[batch, channels, height, width]` becomes
 * `[batch, filters, …]` with axes of `(n - 1)·stride + kernel - padding + outputPadding`. Parameters: `weight` of shape
 * `[channels, filters, height, width]`, `bias` of shape `[filters]`.
 */
export const convTranspose2d = (filters: number, options: ConvTransposeOptions = {}): Layer => {
  const kind = "convTranspose2d";
  const {
    kernel = 3,
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
    const fan = { in: channels * area, out: filters * area };
    const weight = scope.param("weight", [channels, filters, ...size], init, { fan });
    return convTranspose(x, weight, {
      ...window,
      ...(bias && { bias: scope.param("bias", [filters], biasInit) }),
    });
  });
};
