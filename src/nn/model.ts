import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { batch, input, type Shape, Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";
import type { Rate } from "../optim/rule.js";
import { called, requireKnown } from "../options.js";
import { random } from "../random/random.js";
import type { Initializer, ParameterShape } from "./initializers.js";
import type { Layer, MaskOptions, Mode, ParameterOptions, Role, Scope } from "./layer.js";

/** A parameter of a network: an input of its graph whose values training changes. */
export interface Parameter extends ParameterShape {
  /** Path of layers and name: `linear1.weight`. */
  readonly name: string;
  readonly role: Role;
  readonly tensor: Tensor;
  readonly initializer: Initializer;
}

/** Numbers that a network keeps without training them by gradient. */
export interface State {
  readonly name: string;
  readonly shape: readonly number[];
  readonly tensor: Tensor;
  readonly initial: number;
}

/** Random numbers that are drawn afresh at every training step. */
export interface Mask extends MaskOptions {
  readonly name: string;
  readonly tensor: Tensor;
}

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

/** A network's graph in one mode. */
export interface Network {
  readonly mode: Mode;
  readonly input: Tensor;
  readonly output: Tensor;
  /** What each layer computes, by its path, in the order in which they were applied: an inner layer before its outer one. */
  readonly layers: ReadonlyMap<string, Tensor>;
  readonly masks: readonly Mask[];
  readonly rates: readonly ScheduledScalar[];
  readonly requirements: readonly BatchRequirement[];
  /** What layers must get as they were trained on it, see `Scope.requireRaw`. */
  readonly raw: readonly Tensor[];
  /** The next value of each state, by the state's tensor. Only in training. */
  readonly updates: ReadonlyMap<Tensor, Tensor>;
  /** Scalars that layers add to the loss. Only in training. */
  readonly penalties: readonly Tensor[];
}

/** A network written out as graphs, for training and for use, over the same parameters. */
export interface Model {
  readonly inputShape: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  readonly training: Network;
  readonly inference: Network;
  /** The network in use with units still dropped at random: its answers are averaged by `predictAveraged`. */
  readonly thinned: Network;
}

const defaultFan = (shape: readonly number[]) => ({ in: shape[0] ?? 1, out: shape[1] ?? 1 });

class Builder {
  readonly parameters = new Map<string, Parameter>();
  readonly states = new Map<string, State>();

  build(net: Layer, x: Tensor, mode: Mode, thinned = mode === "train"): Network {
    const layers = new Map<string, Tensor>();
    const masks: Mask[] = [];
    const rates: ScheduledScalar[] = [];
    const requirements: BatchRequirement[] = [];
    const raw: Tensor[] = [];
    const updates = new Map<Tensor, Tensor>();
    const penalties: Tensor[] = [];

    const scopeOf = (path: string): Scope => {
      const counts = new Map<string, number>();
      return {
        mode,
        thinned,
        param: (name, shape, initializer, options = {}) =>
          this.#param(path + name, shape, initializer, options),
        state: (name, shape, initial) => this.#state(path + name, shape, initial),
        update: (state, next) => {
          this.#checkUpdate(state, next);
          updates.set(state, next);
        },
        penalize: (penalty) => {
          if (!(penalty instanceof Tensor) || penalty.rank !== 0) {
            const got = penalty instanceof Tensor ? `shape ${formatShape(penalty.shape)}` : String(penalty);
            throw new SteepestError(`penalize: expected a scalar, got ${got}; take its sum or mean first`);
          }
          penalties.push(penalty);
        },
        mask: (shape, options) => {
          if (!thinned) throw notInUse("mask", "scope.thinned");
          const name = `${path}mask${masks.length + 1}`;
          requireKnown(name, options, ["keep", "scale"]);
          const tensor = input(name, shape);
          masks.push({ name, tensor, ...options });
          return tensor;
        },
        rate: (rate) => {
          if (mode !== "train") throw notInUse("rate", 'scope.mode === "train"');
          const name = `${path}rate${rates.length + 1}`;
          const tensor = input(name, []);
          rates.push({ name, tensor, rate });
          return tensor;
        },
        requireRaw: (tensor) => void raw.push(tensor),
        requireBatch: (examples) => void requirements.push({ layer: path.slice(0, -1), examples }),
        apply: (layer, value) => {
          const kind = kindOf(layer);
          const count = (counts.get(kind) ?? 0) + 1;
          counts.set(kind, count);
          const name = `${path}${kind}${count}`;
          const output = withPath(name, () => applyLayer(layer, value, scopeOf(`${name}.`)));
          layers.set(name, output);
          return output;
        },
      };
    };
    const output = applyLayer(net, x, scopeOf(""));
    return { mode, input: x, output, layers, masks, rates, requirements, raw, updates, penalties };
  }

  #param(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    options: ParameterOptions,
  ): Tensor {
    requireKnown(`param ${name}`, options, ["role", "fan"]);
    const known = this.parameters.get(name);
    if (known) return sameOrThrow(name, known, shape);
    if (!shape.every((size) => Number.isInteger(size))) {
      throw new SteepestError(
        `param: ${name} has shape ${formatShape(shape)}; give whole numbers, such as x.size(-1)`,
      );
    }
    const fan = options.fan ?? defaultFan(shape);
    const role = options.role ?? (shape.length >= 2 ? "weight" : "bias");
    const tensor = input(name, shape);
    this.parameters.set(name, { name, role, shape, tensor, initializer, fanIn: fan.in, fanOut: fan.out });
    return tensor;
  }

  #checkUpdate(state: Tensor, next: Tensor): void {
    const known = [...this.states.values()].find(({ tensor }) => tensor === state);
    if (!known) throw new SteepestError("update: expected what scope.state returned, got another tensor");
    if (!sameShape(known.shape, next.shape)) {
      throw new SteepestError(
        `update: the next ${known.name} has shape ${formatShape(next.shape)}, but the state ${formatShape(known.shape)}`,
      );
    }
  }

  #state(name: string, shape: readonly number[], initial: number): Tensor {
    const known = this.states.get(name);
    if (known) return sameOrThrow(name, known, shape);
    const tensor = input(name, shape);
    this.states.set(name, { name, shape, tensor, initial });
    return tensor;
  }
}

const notInUse = (what: string, condition: string): SteepestError =>
  new SteepestError(`${what}: a network in use has none; ask for it only where ${condition}`);

/** What a layer is called. Throws where something else is given as a layer, as plain JavaScript allows. */
const kindOf = (layer: Layer): string => {
  if (typeof layer !== "function") {
    const given: unknown = layer;
    const got = Array.isArray(given) ? "an array" : given instanceof Object ? "an object" : String(given);
    throw new SteepestError(`a network is made of layers such as linear(10) or relu(), got ${got}`);
  }
  return layer.kind ?? (layer.name || "layer");
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

const sameOrThrow = (name: string, known: { shape: Shape; tensor: Tensor }, shape: Shape): Tensor => {
  if (!sameShape(known.shape, shape)) {
    throw new SteepestError(
      `${name} was created with shape ${formatShape(known.shape)} and is asked for with ${formatShape(shape)}; use two names`,
    );
  }
  return known.tensor;
};

/** Errors about shapes say in which layer they arose; the innermost layer is named first. */
const withPath = <T>(path: string, build: () => T): T => {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof SteepestError) || error.message.startsWith("in ")) throw error;
    throw new SteepestError(`in ${path}: ${error.message}`, { cause: error });
  }
};

/**
 * Writes a network out for inputs of a shape (without the batch dimension). Throws where layers do not fit together,
 * naming the layer.
 */
export const buildModel = (net: Layer, inputShape: readonly number[]): Model => {
  const builder = new Builder();
  const x = input("input", [batch, ...inputShape]);
  const training = builder.build(net, x, "train");
  const inference = builder.build(net, x, "inference");
  const thinned = builder.build(net, x, "inference", true);
  return {
    inputShape,
    parameters: [...builder.parameters.values()],
    states: [...builder.states.values()],
    training,
    inference,
    thinned,
  };
};

/**
 * Initial values of one parameter: a function of the seed and its name. Throws where the initialiser returns something: a function
 * that makes initialisers was given, not called.
 */
export const initialValues = (parameter: Parameter, seed: number, into?: Float32Array): Float32Array => {
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
