import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { Tensor } from "../graph/index.js";
import { called } from "../options.js";
import { shown } from "../shown.js";
import type { Layer, Scope, Wrapping } from "./layer.js";
import { isNamed, type Net } from "./network.js";

/** What a layer is called. Throws where something else is given as a layer, as plain JavaScript allows. */
export const kindOf = (layer: Layer): string => {
  if (typeof layer !== "function") {
    const given: unknown = layer;
    const got = Array.isArray(given) ? "an array" : given instanceof Object ? "an object" : String(given);
    throw new SteepestError(`a network is made of layers such as linear(10) or relu(), got ${got}`);
  }
  return layer.kind ?? (layer.name || "layer");
};

/** The network that others are wrapped around, and all that they say of it, the outermost first. */
export const unwrap = (net: Net): { readonly base: Net; readonly said: readonly Wrapping[] } => {
  const said: Wrapping[] = [];
  let base = net;
  while (base?.wraps !== undefined) {
    said.push(base.wraps);
    base = base.wraps.layer;
  }
  return { base, said };
};

/** The layer. Throws where it is a network of named inputs. */
export const requireLayer = (net: Net): Layer => {
  if (!isNamed(net)) return net;
  throw new SteepestError(
    "a layer takes one tensor; a network of named inputs is no layer, and can only be trained as a whole",
  );
};

/** Applies a layer. Throws where it returns no tensor: most often a function that makes layers was given, not called. */
export const applyLayer = (layer: Layer, x: Tensor, scope: Scope): Tensor => {
  const kind = kindOf(layer);
  const output: unknown = called("layer", layer, () => layer(x, scope));
  if (output instanceof Tensor) return output;
  throw new SteepestError(
    `${kind} returned no tensor; ${typeof output === "function" ? `did you mean ${kind}()?` : `a layer returns what it computes from its input, not ${givenText(output)}`}`,
  );
};

/** What a network returned, as named outputs. Throws where it returned something else, as plain JavaScript allows. */
export const namedOutputs = (returned: unknown): Readonly<Record<string, Tensor>> => {
  if (returned instanceof Tensor) return { output: returned };
  const entries = typeof returned === "object" && returned !== null ? Object.entries(returned) : [];
  if (entries.length === 0) {
    throw new SteepestError(
      `the network returned ${givenText(returned)}; return a tensor, or several by name as in { price, kind }`,
    );
  }
  return Object.fromEntries(
    entries.map(([name, output]: [string, unknown]) => {
      if (output instanceof Tensor) return [name, output];
      throw new SteepestError(
        `the network returned ${givenText(output)} as its output ${shown(name)}, expected a tensor`,
      );
    }),
  );
};
