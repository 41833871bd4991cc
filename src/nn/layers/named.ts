import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { type Layer, wrapped } from "../layer.js";

/**
 * The layer under a name of one's own: its parameters are called `encoder.linear1.weight` in place of `sequential1.linear1.weight`,
 * wherever parameters are named.
 *
 * ```ts
 * const net = sequential(named("encoder", sequential(linear(32), relu())), named("head", linear(10)));
 * ```
 *
 * Throws where the name is empty or has a dot, which separates names. Two layers side by side cannot have one name.
 */
export const named = (name: string, layer: Layer): Layer => {
  if (typeof name !== "string" || name === "" || name.includes(".")) {
    throw new SteepestError(`named: expected a name without dots, got ${givenText(name)}`);
  }
  return wrapped(layer, { name });
};
