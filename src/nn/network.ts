import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { Tensor } from "../graph/index.js";
import type { Layer, Scope, Wrapping } from "./layer.js";

/** A network of named inputs, and of one output or several named ones. */
export interface NamedNetwork {
  (inputs: Readonly<Record<string, Tensor>>, scope: Scope): Tensor | Readonly<Record<string, Tensor>>;
  /** That its inputs have names tells it from a layer, which takes one tensor. */
  readonly inputs: "named";
  /** Of a network that is another one of which something is said, such as `withValues` makes. */
  readonly wraps?: Wrapping & { readonly layer: NamedNetwork };
}

/** What can be trained: layers, where there is one input and one output, or a network of named ones. */
export type Net = Layer | NamedNetwork;

export const isNamed = (net: Net): net is NamedNetwork =>
  typeof net === "function" && "inputs" in net && net.inputs === "named";

/**
 * Defines a network of several inputs, by their names in the dataset, and of one output or several, which a loss each is for. Layers are
 * applied through the scope: make them outside, so that one applied twice is one set of parameters.
 *
 * ```ts
 * const [seen, known, both] = [linear(32), linear(8), linear(16)];
 * const net = network<"image" | "age">(({ image, age }, scope) => {
 *   const joined = graph.concat([scope.apply(seen, image), scope.apply(known, age)], 1);
 *   const features = graph.relu(scope.apply(both, joined));
 *   return { price: scope.apply(linear(1), features), kind: scope.apply(linear(3), features) };
 * });
 * ```
 *
 * The names of the inputs may be given as a type, so that a misspelt one does not compile. Throws, when the network is written out, where it asks
 * for an input that the data does not have.
 */
export const network = <Name extends string = string>(
  apply: (inputs: Readonly<Record<Name, Tensor>>, scope: Scope) => Tensor | Readonly<Record<string, Tensor>>,
): NamedNetwork => {
  if (typeof apply !== "function") {
    throw new SteepestError(
      `network: expected a function of the inputs and a scope, got ${givenText(apply)}; a chain of layers is sequential(…)`,
    );
  }
  return Object.assign((inputs: Readonly<Record<Name, Tensor>>, scope: Scope) => apply(inputs, scope), {
    inputs: "named",
  } as const);
};
