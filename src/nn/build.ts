import { SteepestError } from "../errors.js";
import { input, type Shape, stopGradient, Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";
import { requireKnown } from "../options.js";
import { listed, shown } from "../shown.js";
import { applyLayer, kindOf, namedOutputs, requireLayer, unwrap } from "./apply.js";
import type { IdRange } from "./ids.js";
import { type Initializer, sameInitializer } from "./initializers.js";
import { fieldsOf, type NetworkInputs, strict, tensorsOf } from "./inputs.js";
import type { Layer, Mode, Scope, Wrapping } from "./layer.js";
import type {
  AppliedLayer,
  BatchRequirement,
  Draw,
  Model,
  Network,
  ScheduledScalar,
  State,
} from "./model.js";
import { isNamed, type Net } from "./network.js";
import { withPath } from "./path.js";
import { type Given, type Place, Registry } from "./registry.js";

type Tensors = Readonly<Record<string, Tensor>>;

/** What is known of a network while it is written out in one mode. */
interface Writing {
  readonly mode: Mode;
  readonly thinned: boolean;
  readonly layers: AppliedLayer[];
  readonly draws: Draw[];
  readonly rates: ScheduledScalar[];
  readonly requirements: BatchRequirement[];
  readonly ids: IdRange[];
  readonly raw: Tensor[];
  readonly penalties: Tensor[];
  /** The path of each layer object that was applied. */
  readonly paths: Map<Layer, string>;
  /** The value of each state after the layers that were applied so far. */
  readonly current: Map<State, Tensor>;
}

/** Writes one network out, several times over the same parameters and states. */
class Builder {
  readonly registry = new Registry();
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
      ids: [],
      raw: [],
      penalties: [],
      paths: new Map(),
      current: new Map(),
    };
    const outputs = this.#outputs(writing);
    this.#checkNames(writing);
    const { layers, draws, rates, requirements, ids, raw, penalties, current } = writing;
    const updates = new Map([...current].map(([{ tensor }, next]) => [tensor, next]));
    const inputs = this.#inputs;
    return { mode, inputs, outputs, layers, draws, rates, requirements, ids, raw, updates, penalties };
  }

  /** What the network makes of its inputs, once these have passed what stands before it. */
  #outputs(writing: Writing): Tensors {
    const { base, said } = unwrap(this.#net);
    const place = inside({ owner: base, path: "", frozen: false, given: [] }, base, "", said);
    const scope = this.#scope(writing, place);
    const inputs = Object.fromEntries(
      Object.entries(this.#inputs).map(([name, x]) => {
        const first = Object.hasOwn(this.#before, name) ? this.#before[name] : undefined;
        return [name, first ? applyLayer(first, x, scope) : x];
      }),
    );
    const outputs = isNamed(base)
      ? namedOutputs(base(strict(inputs), scope))
      : { output: applyLayer(base, onlyInput(base, inputs), scope) };
    for (const given of place.given) this.registry.requireUsed(given);
    return outputs;
  }

  #scope(writing: Writing, place: Place): Scope {
    const { draws, rates, penalties, layers, current } = writing;
    const { path, frozen } = place;
    // What is frozen behaves as in use, also while the rest is trained.
    const mode = frozen ? "inference" : writing.mode;
    const thinned = writing.thinned && !frozen;
    const initializers = new Map<string, Initializer>();
    const taken = new Set<string>();
    const counts = new Map<string, number>();
    const still = (parameter: Tensor): Tensor =>
      frozen && writing.mode === "train" ? stopGradient(parameter) : parameter;
    /** Numbers that are drawn under a name, which their stream follows from. */
    const draw = (what: "mask" | "normal", shape: Shape): { name: string; tensor: Tensor } => {
      if (!thinned) throw notInUse(what, "scope.thinned");
      const name = `${path}${what}${draws.length + 1}`;
      return { name, tensor: input(name, shape) };
    };
    /** What the next layer of a kind is called here. */
    const nameFor = (layer: Layer, said: readonly Wrapping[]): string => {
      const kind = kindOf(layer);
      const count = (counts.get(kind) ?? 0) + 1;
      const chosen = said.find(({ name }) => name !== undefined)?.name;
      if (chosen === undefined) counts.set(kind, count);
      const name = chosen ?? `${kind}${count}`;
      if (!taken.has(name)) return name;
      throw new SteepestError(`two layers are called ${shown(name)}; give one another name`);
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
        const parameter = this.registry.param(place, local, shape, initializer, options);
        return still(parameter);
      },
      parameterOf: (layer, local) => {
        const { base } = unwrap(layer);
        const known = writing.paths.get(requireLayer(base));
        if (known === undefined) {
          throw new SteepestError(
            `${kindOf(requireLayer(base))} was not applied before in this network; what has its weights too comes after it`,
          );
        }
        return still(this.registry.parameterOf(place, `${known}.`, local));
      },
      state: (local, shape, initial) => {
        const state = this.registry.state(place, local, shape, initial);
        return (frozen ? undefined : current.get(state)) ?? state.tensor;
      },
      update: (value, next) => {
        const state = stateOf(this.registry, frozen ? new Map() : current, value);
        checkUpdate(state, next);
        if (!frozen) current.set(state, next);
      },
      penalize: (penalty) => {
        if (!(penalty instanceof Tensor) || penalty.rank !== 0) {
          const got = penalty instanceof Tensor ? `shape ${formatShape(penalty.shape)}` : String(penalty);
          throw new SteepestError(`penalize: expected a scalar, got ${got}; take its sum or mean first`);
        }
        if (!frozen) penalties.push(penalty);
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
      requireIds: (tensor, count) => {
        writing.ids.push({ layer: path.slice(0, -1), tensor, count });
        return tensor;
      },
      requireRaw: (tensor) => void writing.raw.push(tensor),
      requireBatch: (examples) => void writing.requirements.push({ layer: path.slice(0, -1), examples }),
      apply: (layer, x) => {
        const { base, said } = unwrap(layer);
        const owner = requireLayer(base);
        const layerPath = writing.paths.get(owner) ?? path + nameFor(owner, said);
        writing.paths.set(owner, layerPath);
        taken.add(layerPath.slice(path.length));
        const innerPlace = inside(place, owner, `${layerPath}.`, said);
        const inner = this.#scope(writing, innerPlace);
        const output = withPath(layerPath, () => {
          const y = applyLayer(owner, x, inner);
          for (const given of innerPlace.given.filter((one) => !place.given.includes(one))) {
            this.registry.requireUsed(given);
          }
          return y;
        });
        layers.push({ path: layerPath, input: x, output, frozen: innerPlace.frozen });
        return output;
      },
    };
  }

  /** Throws where an input is called like something else that the graph is fed with. */
  #checkNames({ draws, rates }: Writing): void {
    const { parameters, states } = this.registry;
    for (const { name } of [...parameters, ...states, ...draws, ...rates]) {
      if (!Object.hasOwn(this.#inputs, name)) continue;
      throw new SteepestError(
        `the input ${shown(name)} is called like a parameter of the network; rename it, or put the layer into sequential(…), whose parameters are called linear1.weight and so on`,
      );
    }
  }
}

/** The place within a layer, by what is said of it. */
const inside = (outer: Place, owner: Net, path: string, said: readonly Wrapping[]): Place => ({
  owner,
  path,
  frozen: outer.frozen || said.some(({ frozen }) => frozen),
  given: [
    ...outer.given,
    ...said.flatMap(({ starts }): Given[] => (starts ? [{ prefix: path, starts }] : [])),
  ],
});

const onlyInput = (layer: Layer, inputs: Tensors): Tensor => {
  const [x, ...others] = Object.values(inputs);
  if (x && others.length === 0) return x;
  const names = listed(Object.keys(inputs));
  throw new SteepestError(
    `${kindOf(layer)} takes one input, but the data has ${names}; say what is done with each: network(({ ${names} }, scope) => …)`,
  );
};

/** The state that has a value now: what `scope.state` returned last for it. */
const stateOf = ({ states }: Registry, current: ReadonlyMap<State, Tensor>, value: Tensor): State => {
  const state = states.find((one) => (current.get(one) ?? one.tensor) === value);
  if (state) return state;
  const updated = states.find(({ tensor }) => tensor === value);
  throw new SteepestError(
    updated
      ? `update: ${updated.name} was updated in this step already; ask scope.state for it again, which gives that value`
      : "update: expected what scope.state returned, got another tensor",
  );
};

const notInUse = (what: string, condition: string): SteepestError =>
  new SteepestError(`${what}: a network in use has none; ask for it only where ${condition}`);

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
  const { parameters, states } = builder.registry;
  return { inputs: fields, parameters, states, training, inference, thinned };
};
