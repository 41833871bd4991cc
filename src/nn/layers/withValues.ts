import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { from } from "../initializers.js";
import { type Layer, wrapped } from "../layer.js";
import { isNamed, type NamedNetwork, type Net, network } from "../network.js";

/** Numbers of parameters and states by name, as a map or an object. */
export type NamedValues =
  | ReadonlyMap<string, ArrayLike<number>>
  | Readonly<Record<string, ArrayLike<number>>>;

const entriesOf = (values: NamedValues): Iterable<readonly [string, ArrayLike<number>]> => {
  if (typeof values !== "object" || values === null || values instanceof Promise) {
    throw new SteepestError(
      `withValues: expected values by name, as await run.weights() gives them, got ${givenText(values)}`,
    );
  }
  return values instanceof Map ? values : Object.entries(values);
};

/**
 * The layer, or the network, with its parameters and states starting from values given, by their names in it. What has no values starts as usual.
 *
 * ```ts
 * const run = await fit(net, data, { epochs: 1 });
 * const again = withValues(net, await run.weights());
 * const body = withValues(linear(2), { weight: [1, 0, 0, 1], bias: [0, 0] });
 * ```
 *
 * Throws where the layer has nothing of that name, when the network is written out, and where there are not as many values as it has
 * numbers, when they are needed.
 */
export function withValues(net: Layer, values: NamedValues): Layer;
export function withValues(net: NamedNetwork, values: NamedValues): NamedNetwork;
export function withValues(net: Net, values: NamedValues): Net {
  const starts = new Map([...entriesOf(values)].map(([name, given]) => [name, from(given)]));
  if (!isNamed(net)) return wrapped(net, { starts });
  return Object.assign(network(net), { wraps: { layer: net, starts } });
}
