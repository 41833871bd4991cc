import type { Field } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import type { Tensor } from "../graph/index.js";
import type { Rate } from "../optim/rule.js";
import { random } from "../random/random.js";
import { listed } from "../shown.js";
import type { IdRange } from "./ids.js";
import type { Initializer, ParameterShape } from "./initializers.js";
import type { MaskOptions, Mode, Role } from "./layer.js";
import type { Net } from "./network.js";
import { withPath } from "./path.js";

/** Numbers that a network keeps: an input of its graph. */
interface Kept extends ParameterShape {
  /** Path of layers and name: `linear1.weight`. */
  readonly name: string;
  /**
   * The layer that asked for it, or the network where no layer stands between. Two networks that hold the same layer object mean the same
   * numbers by the same pair of owner and local name.
   */
  readonly owner: Net;
  /** Its name within the owner: `weight`. */
  readonly local: string;
  readonly tensor: Tensor;
  readonly initializer: Initializer;
}

/** Numbers that training changes by gradient. */
export interface Parameter extends Kept {
  readonly role: Role;
  /** Whether its layer is frozen wherever it is applied: no gradient is wanted, and nothing may change it. */
  readonly frozen: boolean;
}

/** Numbers that a network keeps without training them by gradient, such as running statistics. */
export type State = Kept;

/** Random numbers that are drawn afresh at every training step: a mask, or independent ones from N(0, 1). */
export type Draw = { readonly name: string; readonly tensor: Tensor } & (
  | ({ readonly kind: "bernoulli" } & MaskOptions)
  | { readonly kind: "normal" }
);

/** A scalar input of a network that follows a schedule. */
export interface ScheduledScalar {
  readonly name: string;
  readonly tensor: Tensor;
  readonly rate: Rate;
}

/** A layer's demand on the size of training batches. */
export interface BatchRequirement {
  /** Path of the layer. */
  readonly layer: string;
  readonly examples: number;
}

/** A layer where it was applied. */
export interface AppliedLayer {
  /** Its path, which is that of its first place where one object was applied several times. */
  readonly path: string;
  readonly input: Tensor;
  readonly output: Tensor;
  readonly frozen: boolean;
}

/** A network's graph in one mode. */
export interface Network {
  readonly mode: Mode;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** By the names that the network gives them; the only one of a layer is called `output`. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** What each layer computes, in the order in which they were applied: an inner layer before its outer one. */
  readonly layers: readonly AppliedLayer[];
  readonly draws: readonly Draw[];
  readonly rates: readonly ScheduledScalar[];
  readonly requirements: readonly BatchRequirement[];
  /** Whole numbers that layers take for one of so many things; `requireIds` looks at those that are inputs. */
  readonly ids: readonly IdRange[];
  /** What layers must get as they were trained on it, see `Scope.requireRaw`. */
  readonly raw: readonly Tensor[];
  /** The next value of each state, by the state's tensor. Only in training. */
  readonly updates: ReadonlyMap<Tensor, Tensor>;
  /** Scalars that layers add to the loss. Only in training. */
  readonly penalties: readonly Tensor[];
}

/** A network written out as graphs, for training and for use, over the same parameters. */
export interface Model {
  readonly inputs: Readonly<Record<string, Field>>;
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  readonly training: Network;
  readonly inference: Network;
  /** The network in use with units still dropped at random: its answers are averaged by `predictAveraged`. */
  readonly thinned: Network;
}

/** The only tensor of a network's inputs or outputs. Throws where there are several. */
const only = (what: string, tensors: Readonly<Record<string, Tensor>>): Tensor => {
  const [first, ...others] = Object.values(tensors);
  if (first && others.length === 0) return first;
  throw new SteepestError(`expected a network of one ${what}, this one has ${listed(Object.keys(tensors))}`);
};

/** The input of a network that has one. Throws where it has several. */
export const inputOf = ({ inputs }: Network): Tensor => only("input", inputs);

/** The output of a network that has one. Throws where it has several. */
export const outputOf = ({ outputs }: Network): Tensor => only("output", outputs);

/**
 * Initial values of one parameter or state: a function of the seed and its name. Throws where the initialiser returns something: a function
 * that makes initialisers was given, not called.
 */
export const initialValues = (
  parameter: Parameter | State,
  seed: number,
  into?: Float32Array,
): Float32Array => {
  const values = into ?? new Float32Array(parameter.shape.reduce((a, b) => a * b, 1));
  const { name, initializer } = parameter;
  const result: unknown = withPath(name, () =>
    initializer(values, parameter, random(seed, `initialize ${name}`)),
  );
  if (typeof result === "function") {
    throw new SteepestError(
      `the initialiser of ${name} returned a function; give what a call makes, as in init: he()`,
    );
  }
  return values;
};
