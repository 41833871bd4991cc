import type { Shape, Tensor } from "../graph/index.js";
import type { Rate } from "../optim/rule.js";
import type { Initializer } from "./initializers.js";

/** A network is built twice from the same layers: once to be trained, once to be used. */
export type Mode = "train" | "inference";

/** What a parameter is for: penalties and constraints apply to weights unless told otherwise. */
export type Role = "weight" | "bias" | "scale";

export interface ParameterOptions {
  /** What the parameter is for. @defaultValue "weight" for two or more axes, else "bias" */
  readonly role?: Role;
  /** Inputs per unit and units per input. @defaultValue the two sizes of a matrix `[in, out]` */
  readonly fan?: { readonly in: number; readonly out: number };
  /** Equal parts of the first axis that see inputs of their own. @defaultValue 1 */
  readonly groups?: number;
}

export interface MaskOptions {
  /** Probability that an element of the mask is not zero. */
  readonly keep: number;
  /** What it is then. */
  readonly scale: number;
}

/** Hands out what a layer needs besides its input. */
export interface Scope {
  readonly mode: Mode;
  /** Whether units are dropped at random: in training, and where the answers of thinned networks are averaged in use. */
  readonly thinned: boolean;
  /**
   * A parameter that training changes. Its name is unique within the layer: asked for again it is the same one, and must have the same
   * shape, role and initialiser.
   */
  param(name: string, shape: readonly number[], initializer: Initializer, options?: ParameterOptions): Tensor;
  /**
   * Numbers that a layer keeps between steps without a gradient, such as running statistics. Where the layer was applied before in the
   * same step, their value is the one that it gave them there.
   */
  state(name: string, shape: readonly number[], initial: number): Tensor;
  /** The value that a state has after each training step. Throws where it has another shape than the state. */
  update(state: Tensor, next: Tensor): void;
  /** Fresh random numbers at every training step: `scale` with probability `keep`, else 0. Only where `thinned`. */
  mask(shape: Shape, options: MaskOptions): Tensor;
  /** Fresh independent numbers from N(0, 1) at every training step. Only where `thinned`. */
  normal(shape: Shape): Tensor;
  /** A scalar that follows a schedule, evaluated once before each training step. Only in the mode "train". */
  rate(rate: Rate): Tensor;
  /** The fewest examples that a training batch must have for the layer to work. */
  requireBatch(examples: number): void;
  /** Says that the layer was trained on `x` as it is: where that is the network's input, `fit` does not preprocess it by default. */
  requireRaw(x: Tensor): void;
  /** Says that whole numbers stand for one of `count` things, from 0: data with others is refused. Gives them as they are to be used. */
  requireIds(ids: Tensor, count: number): Tensor;
  /** Adds a scalar to the loss while training. */
  penalize(penalty: Tensor): void;
  /** Applies another layer, whose parameters are named after it: one object applied twice is one set of parameters. */
  apply(layer: Layer, x: Tensor): Tensor;
  /** A parameter of another layer, by its name in it: weights that two share. Throws unless that was applied before. */
  parameterOf(layer: Layer, name: string): Tensor;
}

/** What is said of a layer from outside. It goes for the layers in it too. */
export interface Wrapping {
  /** Its parameters and states stand still, see `frozen`. */
  readonly frozen?: true;
  /** What it is called, in place of its kind and number. */
  readonly name?: string;
  /** How its parameters and states start, by their names in it. */
  readonly starts?: ReadonlyMap<string, Initializer>;
}

/** A layer: a function of a tensor, and of a scope that hands out parameters. A function of a tensor alone is one too. */
export interface Layer {
  (x: Tensor, scope: Scope): Tensor;
  /** What the layer is called in the names of parameters. */
  readonly kind?: string;
  /** Of a layer that is another one of which something is said, such as `frozen` makes. */
  readonly wraps?: Wrapping & { readonly layer: Layer };
}

/** The same layer, of which something is said: wherever it is applied, it is the one that was given. */
export const wrapped = (layer: Layer, how: Wrapping): Layer => {
  const outer: Layer = Object.assign((x: Tensor, scope: Scope) => scope.apply(outer, x), {
    wraps: { layer, ...how },
  });
  return outer;
};

/**
 * Defines a layer.
 *
 * ```ts
 * const scale = () => layer("scale", (x, scope) => x.mul(scope.param("gamma", [x.size(-1)], constantInitializer(1))));
 * ```
 */
export const layer = (kind: string, apply: (x: Tensor, scope: Scope) => Tensor): Layer =>
  Object.assign((x: Tensor, scope: Scope) => apply(x, scope), { kind });
