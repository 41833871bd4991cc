import { SteepestError } from "../errors.js";
import { input, type Shape, type Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";
import { requireKnown } from "../options.js";
import { listed, shown } from "../shown.js";
import { constant, type Initializer, sameInitializer } from "./initializers.js";
import type { ParameterOptions } from "./layer.js";
import type { Parameter, State } from "./model.js";
import type { Net } from "./network.js";

/** Initial values that were given for a layer, in place of its own initialisers. */
export interface Given {
  /** What the names of all that is in the layer begin with. */
  readonly prefix: string;
  readonly starts: ReadonlyMap<string, Initializer>;
}

/** Where in a network a layer asks for something. */
export interface Place {
  readonly owner: Net;
  /** What the names of what it asks for begin with: "" or "sequential1.linear1.". */
  readonly path: string;
  readonly frozen: boolean;
  /** The outermost first: what is said last of a name holds. */
  readonly given: readonly Given[];
}

/** How many inputs a unit adds up, and how many units an input goes to, for a matrix `[in, out]`. */
const usualFan = (shape: readonly number[]) => ({ in: shape[0] ?? 1, out: shape[1] ?? 1 });

const requireSameShape = (known: { readonly name: string; readonly shape: Shape }, shape: Shape): void => {
  if (sameShape(known.shape, shape)) return;
  throw new SteepestError(
    `${known.name} was created with shape ${formatShape(known.shape)} and is asked for with ${formatShape(shape)}; use two names, or two layers where one was applied twice`,
  );
};

/** The parameters and states of a network, each once however often it is asked for. */
export class Registry {
  readonly #parameters = new Map<string, Omit<Parameter, "frozen">>();
  readonly #states = new Map<string, State>();
  /** Names of the parameters that are asked for where nothing is frozen. */
  readonly #trained = new Set<string>();

  get parameters(): readonly Parameter[] {
    return [...this.#parameters.values()].map((parameter) => ({
      ...parameter,
      frozen: !this.#trained.has(parameter.name),
    }));
  }

  get states(): readonly State[] {
    return [...this.#states.values()];
  }

  param(
    { owner, path, frozen, given }: Place,
    local: string,
    shape: readonly number[],
    initializer: Initializer,
    options: ParameterOptions,
  ): Tensor {
    const name = path + local;
    requireKnown(`param ${name}`, options, ["role", "fan", "groups"]);
    if (!shape.every((size) => Number.isInteger(size))) {
      throw new SteepestError(
        `param: ${name} has shape ${formatShape(shape)}; give whole numbers, such as x.size(-1)`,
      );
    }
    const fan = options.fan ?? usualFan(shape);
    const role = options.role ?? (shape.length >= 2 ? "weight" : "bias");
    const known = this.#parameters.get(name);
    if (known) {
      requireSameShape(known, shape);
      requireSameStart(known, given);
      if (known.role !== role) {
        throw new SteepestError(
          `${name} was created as a ${known.role} and is asked for as a ${role}; use two names`,
        );
      }
    }
    const parameter = known ?? {
      name,
      owner,
      local,
      role,
      shape,
      tensor: input(name, shape),
      initializer: startOf(name, given) ?? initializer,
      fanIn: fan.in,
      fanOut: fan.out,
      groups: options.groups ?? 1,
    };
    this.#parameters.set(name, parameter);
    if (!frozen) this.#trained.add(name);
    return parameter.tensor;
  }

  /** A parameter that another layer asked for, whose names begin with `prefix`. */
  parameterOf({ frozen }: Place, prefix: string, local: string): Tensor {
    const parameter = this.#parameters.get(prefix + local);
    if (!parameter) {
      const names = [...this.#parameters.keys()].filter((name) => name.startsWith(prefix));
      throw new SteepestError(
        `${prefix.slice(0, -1)} has no parameter ${shown(local)}; it has ${names.length === 0 ? "none" : listed(names.map((name) => name.slice(prefix.length)))}`,
      );
    }
    if (!frozen) this.#trained.add(parameter.name);
    return parameter.tensor;
  }

  state({ owner, path, given }: Place, local: string, shape: readonly number[], initial: number): State {
    const name = path + local;
    const known = this.#states.get(name);
    if (known) {
      requireSameShape(known, shape);
      requireSameStart(known, given);
    }
    const fan = usualFan(shape);
    const state = known ?? {
      name,
      owner,
      local,
      shape,
      tensor: input(name, shape),
      initializer: startOf(name, given) ?? constant(initial),
      fanIn: fan.in,
      fanOut: fan.out,
    };
    this.#states.set(name, state);
    return state;
  }

  /** Throws where initial values are given for what the layer does not have. */
  requireUsed({ prefix, starts }: Given): void {
    const names = [...this.#parameters.keys(), ...this.#states.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
    const unknown = [...starts.keys()].find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw new SteepestError(
      `withValues: ${prefix === "" ? "the network" : prefix.slice(0, -1)} has no parameter or state "${unknown}"; it has ${names.length === 0 ? "none" : listed(names)}`,
    );
  }
}

/** The initial values given for what has a name; undefined where there are none. */
const startOf = (name: string, given: readonly Given[]): Initializer | undefined => {
  const from = given.find(
    ({ prefix, starts }) => name.startsWith(prefix) && starts.has(name.slice(prefix.length)),
  );
  return from?.starts.get(name.slice(from.prefix.length));
};

/** Throws where a layer that is applied again is given other initial values than where it was applied first. */
const requireSameStart = (
  { name, initializer }: { readonly name: string; readonly initializer: Initializer },
  given: readonly Given[],
): void => {
  const start = startOf(name, given);
  if (start === undefined || sameInitializer(start, initializer)) return;
  throw new SteepestError(
    `withValues: ${name} starts otherwise where its layer is applied first; give its values there`,
  );
};
