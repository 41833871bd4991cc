import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { input, type Shape, Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";
import { called, requireKnown } from "../options.js";
import { shown } from "../shown.js";
import { type Initializer, sameInitializer } from "./initializers.js";
import { fieldsOf, type NetworkInputs, strict, tensorsOf } from "./inputs.js";
import type { Layer, Mode, ParameterOptions, Scope } from "./layer.js";
import type {
  AppliedLayer,
  BatchRequirement,
  Draw,
  Model,
  Network,
  Parameter,
  ScheduledScalar,
  State,
} from "./model.js";
import { isNamed, type Net } from "./network.js";
import { withPath } from "./path.js";

type Tensors = Readonly<Record<string, Tensor>>;

/** Where a scope stands: the layer that it is for, and what the names of what that asks for begin with. */
interface Place {
  readonly owner: Net;
  readonly path: string;
}

/** What is known of a network while it is written out in one mode. */
interface Writing {
  readonly mode: Mode;
  readonly thinned: boolean;
  readonly layers: AppliedLayer[];
  readonly draws: Draw[];
  readonly rates: ScheduledScalar[];
  readonly requirements: BatchRequirement[];
  readonly raw: Tensor[];
  readonly penalties: Tensor[];
  /** The path of each layer object that was applied. */
  readonly paths: Map<Layer, string>;
  /** The value of each state after the layers that were applied so far. */
  readonly current: Map<State, Tensor>;
}

/** Writes one network out, several times over the same parameters and states. */
class Builder {
  readonly parameters = new Map<string, Parameter>();
  readonly states = new Map<string, State>();
  readonly #net: Net;
  readonly #inputs: Tensors;
  readonly #before: Readonly<Record<string, Layer>>;

  constructor(net: Net, inputs: Tensors, before: Readonly<Record<string, Layer>>) {
    this.#net = net;
    this.#inputs = inputs;
    this.#before = before;
  }

  build(mode: Mode, thinned: boolean): Network {
    const writing: Writing = {
      mode,
      thinned,
      layers: [],
      draws: [],
      rates: [],
      requirements: [],
      raw: [],
      penalties: [],
      paths: new Map(),
      current: new Map(),
    };
    const outputs = this.#outputs(this.#scope(writing, { owner: this.#net, path: "" }));
    this.#checkNames(writing);
    const { layers, draws, rates, requirements, raw, penalties, current } = writing;
    const updates = new Map([...current].map(([{ tensor }, next]) => [tensor, next]));
    return {
      mode,
      inputs: this.#inputs,
      outputs,
      layers,
      draws,
      rates,
      requirements,
      raw,
      updates,
      penalties,
    };
  }

  /** What the network makes of its inputs, once these have passed what stands before it. */
  #outputs(scope: Scope): Tensors {
    const net = this.#net;
    const inputs = Object.fromEntries(
      Object.entries(this.#inputs).map(([name, x]) => {
        const first = Object.hasOwn(this.#before, name) ? this.#before[name] : undefined;
        return [name, first ? applyLayer(first, x, scope) : x];
      }),
    );
    if (isNamed(net)) return namedOutputs(net(strict(inputs), scope));
    const [x, ...others] = Object.values(inputs);
    if (!x || others.length > 0) {
      throw new SteepestError(
        `${kindOf(net)} takes one input, but the data has ${Object.keys(inputs).join(", ")}; say what is done with each: network(({ ${Object.keys(inputs).join(", ")} }, scope) => …)`,
      );
    }
    return { output: applyLayer(net, x, scope) };
  }

  #scope(writing: Writing, place: Place): Scope {
    const { mode, thinned, draws, rates, penalties, layers } = writing;
    const { path } = place;
    const initializers = new Map<string, Initializer>();
    const counts = new Map<string, number>();
    /** Numbers that are drawn under a name, which their stream follows from. */
    const draw = (what: "mask" | "normal", shape: Shape): { name: string; tensor: Tensor } => {
      if (!thinned) throw notInUse(what, "scope.thinned");
      const name = `${path}${what}${draws.length + 1}`;
      return { name, tensor: input(name, shape) };
    };
    return {
      mode,
      thinned,
      param: (local, shape, initializer, options = {}) => {
        const first = initializers.get(local) ?? initializer;
        if (!sameInitializer(first, initializer)) {
          throw new SteepestError(
            `param: ${path}${local} is asked for twice with different initialisers; use two names`,
          );
        }
        initializers.set(local, first);
        return this.#param(place, local, shape, initializer, options);
      },
      state: (local, shape, initial) => {
        const state = this.#state(place, local, shape, initial);
        return writing.current.get(state) ?? state.tensor;
      },
      update: (value, next) => {
        const state = this.#stateOf(writing, value);
        checkUpdate(state, next);
        writing.current.set(state, next);
      },
      penalize: (penalty) => {
        if (!(penalty instanceof Tensor) || penalty.rank !== 0) {
          const got = penalty instanceof Tensor ? `shape ${formatShape(penalty.shape)}` : String(penalty);
          throw new SteepestError(`penalize: expected a scalar, got ${got}; take its sum or mean first`);
        }
        penalties.push(penalty);
      },
      mask: (shape, options) => {
        const drawn = draw("mask", shape);
        draws.push({ kind: "bernoulli", ...drawn, ...requireKnown(drawn.name, options, ["keep", "scale"]) });
        return drawn.tensor;
      },
      normal: (shape) => {
        const drawn = draw("normal", shape);
        draws.push({ kind: "normal", ...drawn });
        return drawn.tensor;
      },
      rate: (rate) => {
        if (mode !== "train") throw notInUse("rate", 'scope.mode === "train"');
        const name = `${path}rate${rates.length + 1}`;
        const tensor = input(name, []);
        rates.push({ name, tensor, rate });
        return tensor;
      },
      requireRaw: (tensor) => void writing.raw.push(tensor),
      requireBatch: (examples) => void writing.requirements.push({ layer: path.slice(0, -1), examples }),
      apply: (layer, x) => {
        const kind = kindOf(layer);
        const count = (counts.get(kind) ?? 0) + 1;
        const known = writing.paths.get(layer);
        const layerPath = known ?? `${path}${kind}${count}`;
        if (known === undefined) {
          counts.set(kind, count);
          writing.paths.set(layer, layerPath);
        }
        const inner = this.#scope(writing, { owner: layer, path: `${layerPath}.` });
        const output = withPath(layerPath, () => applyLayer(layer, x, inner));
        layers.push({ path: layerPath, input: x, output });
        return output;
      },
    };
  }

  #param(
    { owner, path }: Place,
    local: string,
    shape: readonly number[],
    initializer: Initializer,
    options: ParameterOptions,
  ): Tensor {
    const name = path + local;
    requireKnown(`param ${name}`, options, ["role", "fan"]);
    if (!shape.every((size) => Number.isInteger(size))) {
      throw new SteepestError(
        `param: ${name} has shape ${formatShape(shape)}; give whole numbers, such as x.size(-1)`,
      );
    }
    const fan = options.fan ?? { in: shape[0] ?? 1, out: shape[1] ?? 1 };
    const role = options.role ?? (shape.length >= 2 ? "weight" : "bias");
    const known = this.parameters.get(name);
    if (known) {
      requireSameShape(known, shape);
      if (known.role === role) return known.tensor;
      throw new SteepestError(
        `${name} was created as a ${known.role} and is asked for as a ${role}; use two names`,
      );
    }
    const tensor = input(name, shape);
    const given = { owner, local, role, shape, initializer };
    this.parameters.set(name, { name, tensor, ...given, fanIn: fan.in, fanOut: fan.out });
    return tensor;
  }

  #state({ owner, path }: Place, local: string, shape: readonly number[], initial: number): State {
    const name = path + local;
    const known = this.states.get(name);
    if (known) requireSameShape(known, shape);
    const state = known ?? { name, owner, local, shape, tensor: input(name, shape), initial };
    this.states.set(name, state);
    return state;
  }

  /** The state that has a value now: what `scope.state` returned last for it. */
  #stateOf({ current }: Writing, value: Tensor): State {
    for (const state of this.states.values()) {
      if ((current.get(state) ?? state.tensor) === value) return state;
      if (state.tensor !== value) continue;
      throw new SteepestError(
        `update: ${state.name} was updated in this step already; ask scope.state for it again, which gives that value`,
      );
    }
    throw new SteepestError("update: expected what scope.state returned, got another tensor");
  }

  /** Throws where an input is called like something else that the graph is fed with. */
  #checkNames({ draws, rates }: Writing): void {
    for (const { name } of [...this.parameters.values(), ...this.states.values(), ...draws, ...rates]) {
      if (!Object.hasOwn(this.#inputs, name)) continue;
      throw new SteepestError(
        `the input ${shown(name)} is called like a parameter of the network; rename it, or put the layer into sequential(…), whose parameters are called linear1.weight and so on`,
      );
    }
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
  if (isNamed(layer)) {
    throw new SteepestError(
      "a layer takes one tensor; a network of named inputs is no layer, and can only be trained as a whole",
    );
  }
  return layer.kind ?? (layer.name || "layer");
};

/** Applies a layer. Throws where it returns no tensor: most often a function that makes layers was given, not called. */
const applyLayer = (layer: Layer, x: Tensor, scope: Scope): Tensor => {
  const kind = kindOf(layer);
  const output: unknown = called("layer", layer, () => layer(x, scope));
  if (output instanceof Tensor) return output;
  throw new SteepestError(
    `${kind} returned no tensor; ${typeof output === "function" ? `did you mean ${kind}()?` : `a layer returns what it computes from its input, not ${givenText(output)}`}`,
  );
};

/** What a network returned as named outputs. Throws where it returned something else, as plain JavaScript allows. */
const namedOutputs = (returned: unknown): Tensors => {
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

const requireSameShape = (known: { readonly name: string; readonly shape: Shape }, shape: Shape): void => {
  if (sameShape(known.shape, shape)) return;
  throw new SteepestError(
    `${known.name} was created with shape ${formatShape(known.shape)} and is asked for with ${formatShape(shape)}; use two names, or two layers where one was applied twice`,
  );
};

const checkUpdate = ({ name, shape }: State, next: Tensor): void => {
  if (sameShape(shape, next.shape)) return;
  throw new SteepestError(
    `update: the next ${name} has shape ${formatShape(next.shape)}, but the state ${formatShape(shape)}`,
  );
};

/** How a network is written out. */
export interface BuildOptions {
  /** Layers without parameters that inputs pass on their way into the network, by the inputs' names: preprocessing. @defaultValue none */
  readonly before?: Readonly<Record<string, Layer>>;
}

/**
 * Writes a network out for the inputs that it is given: fields by name, or the shape of the one input of a layer (without the
 * batch dimension). Throws where layers do not fit together, naming the layer, and where a network asks for an input
 * that there is not.
 */
export const buildModel = (net: Net, inputs: NetworkInputs, { before = {} }: BuildOptions = {}): Model => {
  const fields = fieldsOf(inputs);
  const builder = new Builder(net, tensorsOf(fields), before);
  const training = builder.build("train", true);
  const inference = builder.build("inference", false);
  const thinned = builder.build("inference", true);
  return {
    inputs: fields,
    parameters: [...builder.parameters.values()],
    states: [...builder.states.values()],
    training,
    inference,
    thinned,
  };
};
