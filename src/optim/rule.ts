import { SteepestError } from "../errors.js";
import { input, type Shape, Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";

/** Where training stands when an update is made. */
export interface Time {
  /** Updates made before this one: 0 at the first. */
  readonly step: number;
  /** Updates planned in all. */
  readonly steps: number;
  /** Updates in one pass over the training data. */
  readonly stepsPerEpoch: number;
}

/** A setting that changes as training goes on: a function of the time, evaluated once before each update. */
export type Schedule = (time: Time) => number;

/** A setting that is constant or follows a schedule. */
export type Rate = number | Schedule;

/** The value of a rate at a time. */
export const rateAt = (rate: Rate, time: Time): number => (typeof rate === "number" ? rate : rate(time));

/** What a rule sees of one parameter. All tensors but the scalars of `at` have the parameter's shape. */
export type RuleInputs<State extends string> = {
  readonly [name in State]: Tensor;
} & {
  /** The parameter. */
  readonly theta: Tensor;
  /** The gradient of the loss with respect to it. */
  readonly g: Tensor;
  /** A scalar that follows a schedule: `at(learningRate)`, `at(({ step }) => 1 / (1 - beta ** (step + 1)))`. */
  readonly at: (rate: Rate) => Tensor;
};

/** What a rule computes: the parameter and every state after the update. */
export type RuleOutputs<State extends string> = { readonly [name in State | "theta"]: Tensor };

/**
 * An update rule: how one parameter and its state change, given the gradient. Written once in the language of the graph;
 * on a CPU it becomes one pass over memory.
 */
export interface Rule<State extends string = string> {
  readonly name: string;
  /** What the rule remembers of every parameter, with its initial value: a number, or "theta" for a copy of the parameter. */
  readonly states: Readonly<Record<State, number | "theta">>;
  readonly update: (inputs: RuleInputs<State>) => RuleOutputs<State>;
}

/**
 * Defines an update rule.
 *
 * ```ts
 * const momentum = ({ learningRate, beta }) => rule("momentum", { m: 0 }, ({ theta, g, m, at }) => {
 *   const next = m.mul(beta).add(g);
 *   return { theta: theta.sub(next.mul(at(learningRate))), m: next };
 * });
 * ```
 */
export const rule = <State extends string>(
  name: string,
  states: Readonly<Record<State, number | "theta">>,
  update: (inputs: RuleInputs<State>) => RuleOutputs<State>,
): Rule<State> => {
  for (const reserved of ["theta", "g", "at"]) {
    if (reserved in states)
      throw new SteepestError(`rule ${name}: a state cannot be called "${reserved}"; choose another name`);
  }
  return { name, states, update };
};

/** A rule written out as a graph for parameters of one shape. */
export interface TracedRule {
  readonly name: string;
  readonly theta: Tensor;
  readonly g: Tensor;
  readonly states: readonly {
    readonly name: string;
    readonly input: Tensor;
    readonly initial: number | "theta";
  }[];
  /** Scalar inputs and the rates that they follow. */
  readonly scalars: readonly { readonly input: Tensor; readonly rate: Rate }[];
  /** Each input array that changes (the parameter and the states), and its next value. */
  readonly next: readonly { readonly into: Tensor; readonly value: Tensor }[];
}

/** Writes a rule out as a graph for parameters of the given shape. Throws where the rule does not keep its own promises. */
export const traceRule = (rule: Rule, shape: Shape): TracedRule => {
  const theta = input("theta", shape);
  const g = input("g", shape);
  const states = Object.entries(rule.states).map(([name, initial]) => ({
    name,
    input: input(name, shape),
    initial,
  }));
  const scalars: { input: Tensor; rate: Rate }[] = [];
  const at = (rate: Rate): Tensor => {
    const known = scalars.find((scalar) => scalar.rate === rate);
    if (known) return known.input;
    const scalar = { input: input(`scalar${scalars.length}`, []), rate };
    scalars.push(scalar);
    return scalar.input;
  };
  const outputs: Readonly<Record<string, unknown>> = rule.update({
    ...Object.fromEntries(states.map((state) => [state.name, state.input])),
    theta,
    g,
    at,
  } as RuleInputs<string>);

  const targets = [{ name: "theta", input: theta }, ...states];
  for (const name of Object.keys(outputs)) {
    if (!targets.some((target) => target.name === name)) {
      throw new SteepestError(
        `rule ${rule.name}: it returns a state "${name}" that it did not declare; declared are ${list(Object.keys(rule.states))}`,
      );
    }
  }
  const next = targets.map((target) => {
    const value = outputs[target.name];
    if (!(value instanceof Tensor)) {
      throw new SteepestError(`rule ${rule.name}: its update returns no tensor for "${target.name}"`);
    }
    if (!sameShape(value.shape, shape)) {
      throw new SteepestError(
        `rule ${rule.name}: the next ${target.name} has shape ${formatShape(value.shape)}, the parameter ${formatShape(shape)}`,
      );
    }
    return { into: target.input, value };
  });
  return { name: rule.name, theta, g, states, scalars, next };
};

const list = (names: readonly string[]): string => (names.length ? names.join(", ") : "none");
