import type { Tensor } from "../../graph/index.js";
import * as graph from "../../graph/index.js";
import { largest } from "../../graph/ops/reduce.js";
import { type Padding, spatialSizes } from "../../graph/ops/window.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

export interface PoolingOptions {
  /** The distance between two places of the window. @defaultValue its size */
  readonly stride?: number | readonly number[];
  /** What is added around; it does not count. @defaultValue 0 */
  readonly padding?: Padding;
}

/** The largest number of each window of `[batch, channels, …]`, channel by channel. */
export const maxPool = (size: number | readonly number[] = 2, options: PoolingOptions = {}): Layer => {
  const window = requireKnown("maxPool", options, ["stride", "padding"]);
  return layer("maxPool", (x) => graph.maxPool(x, { size, ...window }));
};

/** The mean of each window of `[batch, channels, …]`, channel by channel. */
export const averagePool = (size: number | readonly number[] = 2, options: PoolingOptions = {}): Layer => {
  const window = requireKnown("averagePool", options, ["stride", "padding"]);
  return layer("averagePool", (x) => graph.averagePool(x, { size, ...window }));
};

const spatialAxes = (kind: string, x: Tensor): number[] =>
  spatialSizes(kind, x.shape).map((_, axis) => axis + 2);

/** The mean of each channel: `[batch, channels, …]` to `[batch, channels]`. Lin et al. 2014. */
export const globalAveragePool = (): Layer =>
  layer("globalAveragePool", (x) => graph.mean(x, spatialAxes("globalAveragePool", x)));

/** The largest number of each channel: `[batch, channels, …]` to `[batch, channels]`. */
export const globalMaxPool = (): Layer =>
  layer("globalMaxPool", (x) => largest(x, spatialAxes("globalMaxPool", x), {}));
