import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { input, type Shape, Tensor } from "../graph/index.js";
import { formatShape, sameShape } from "../graph/shape.js";
import { requireKnown } from "../options.js";
import type { MeasuredRate } from "./schedules/plateau.js";
import { type Units, usualUnits } from "./units.js";

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
export interface Schedule {
  (time: Time): number;
  /** The rates within it that go by measurements, such as `plateau`: they have to be told these. */
  readonly goesBy?: readonly MeasuredRate[];
}

/** The rates within a rate that go by measurements. */
export const measuredIn = (rate: Rate | undefined): readonly MeasuredRate[] =>
  typeof rate === "function" ? (rate.goesBy ?? []) : [];

/** A schedule that is made of others goes by the measurements that they go by. */
export const madeOf = (schedule: (time: Time) => number, ...rates: readonly Rate[]): Schedule => {
  const goesBy = rates.flatMap(measuredIn);
  return goesBy.length === 0 ? schedule : Object.assign(schedule, { goesBy });
};

/** A setting that is constant or follows a schedule. */
export type Rate = number | Schedule;

/** The value of a rate at a time. */
export const rateAt = (rate: Rate, time: Time): number => (typeof rate === "number" ? rate : rate(time));

/** What an update sees of one parameter besides its states. Both tensors have the parameter's shape. */
export interface UpdateInputs {
  /** The parameter. */
  readonly theta: Tensor;
  /** The gradient of the loss with respect to it. */
  readonly g: Tensor;
  /** A scalar that follows a schedule: `at(learningRate)`, `at(({ step }) => 1 / (1 - beta ** (step + 1)))`. */
  readonly at: (rate: Rate) => Tensor;
  /** Where the incoming weights of the parameter's units lie in it. */
  readonly units: Units;
}

/** What a rule sees of one parameter: `UpdateInputs` and each state by its name, of the parameter's shape. */
export type RuleInputs<State extends string> = UpdateInputs & { readonly [name in State]: Tensor };

/** What a rule computes: the parameter and every state after the update. */
export type RuleOutputs<State extends string> = { readonly [name in State | "theta"]: Tensor };

/** What a rule remembers of every parameter, with its initial value: a number, or "theta" for a copy of the parameter. */
export type States<State extends string = string> = Readonly<Record<State, number | "theta">>;

/** A running average of the iterates: `average ← average + weight·(θ - average)`, once θ is final. */
export interface IterateAverage {
  /** The state that holds it. */
  readonly state: string;
  /** The share of the way that it moves to each new iterate. */
  readonly weight: Rate;
}

/**
 * An update rule: how one parameter and its state change, given the gradient. Made with `rule`, written out for one shape
 * with `traceRule`.
 */
export interface Rule {
  readonly name: string;
  readonly states: States;
  readonly update: (inputs: UpdateInputs & { readonly states: Readonly<Record<string, Tensor>> }) => {
    readonly theta: Tensor;
    readonly states: Readonly<Record<string, Tensor>>;
  };
  /** The step size that penalties and weight decay multiply their strength with. */
  readonly learningRate?: Rate;
  /**
   * An average of the iterates, to be used in place of the parameter when the model is evaluated. It moves after everything that
   * changes the parameter, whatever is composed with the rule, and after projections onto constraints.
   */
  readonly average?: IterateAverage;
  /**
   * For a rule that treats shapes differently: the rule to use for one shape, which may choose by shape in turn. The other fields
   * are then its default.
   */
  readonly forShape?: (shape: Shape) => Rule;
}

/** Whether something is an update rule, where plain JavaScript lets anything through. */
export const isRule = (given: unknown): given is Rule =>
  typeof given === "object" && given !== null && "update" in given && "states" in given;

/** Rules that choose a rule by shape lead to one that does not, long before this many choices. */
const MOST_CHOICES = 100;

/**
 * The rule that is used for parameters of one shape: what `forShape` gives, followed to its end. The one place that decides it.
 * Throws where a choice is no rule, or leads to ever new rules.
 */
export const ruleForShape = (rule: Rule, shape: Shape, choices = MOST_CHOICES): Rule => {
  const chosen: unknown = rule.forShape?.(shape) ?? rule;
  if (chosen === rule) return rule;
  if (!isRule(chosen)) {
    throw new SteepestError(
      `rule ${rule.name}: for shape ${formatShape(shape)} it chose ${givenText(chosen)}; expected an update rule such as adam()`,
    );
  }
  if (choices === 0) {
    throw new SteepestError(
      `rule ${rule.name}: its forShape gives ever new rules for shape ${formatShape(shape)}; it must end at one without forShape`,
    );
  }
  return ruleForShape(chosen, shape, choices - 1);
};

/**
 * Defines an update rule. `learningRate` is what compositions such as weight decay take the rule's step size to be; a rule
 * without one cannot be composed with them.
 *
 * ```ts
 * const momentum = ({ learningRate, beta }: { learningRate: number; beta: number }) => rule("momentum", { m: 0 }, ({ theta, g, m, at }) => {
 *   const next = m.mul(beta).add(g);
 *   return { theta: theta.sub(next.mul(at(learningRate))), m: next };
 * }, { learningRate });
 * ```
 */
export const rule = <State extends string = never>(
  name: string,
  states: States<State>,
  update: (inputs: RuleInputs<State>) => RuleOutputs<State>,
  options: { readonly learningRate?: Rate } = {},
): Rule => {
  const { learningRate } = requireKnown(`rule ${name}`, options, ["learningRate"]);
  for (const reserved of ["theta", "g", "at", "units"]) {
    if (reserved in states)
      throw new SteepestError(`rule ${name}: a state cannot be called "${reserved}"; choose another name`);
  }
  return {
    name,
    states,
    update: ({ states, ...inputs }) => {
      const { theta, ...next } = update({ ...states, ...inputs } as RuleInputs<State>);
      return { theta, states: next };
    },
    ...(learningRate !== undefined && { learningRate }),
  };
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
  /** `Rule.learningRate` of the rule used for this shape. */
  readonly learningRate?: Rate;
  /** The state that holds the average of the iterates, of the rule used for this shape. */
  readonly average?: string;
}

/**
 * Writes a rule out as a graph for parameters of the given shape, in float32 where not told otherwise. Names of inputs begin with `prefix`,
 * so that the graphs of several parameters can be one; `units` says where its units lie, if not where they usually do. Throws where the rule does not keep its own promises.
 */
export const traceRule = (
  general: Rule,
  shape: Shape,
  dtype: "float32" | "float64" = "float32",
  prefix = "",
  units?: Units,
): TracedRule => {
  const rule = ruleForShape(general, shape);
  const theta = input(`${prefix}theta`, shape, dtype);
  const g = input(`${prefix}g`, shape, dtype);
  const states = Object.entries(rule.states).map(([name, initial]) => ({
    name,
    input: input(`${prefix}${name}`, shape, dtype),
    initial,
  }));
  const scalars: { input: Tensor; rate: Rate }[] = [];
  const at = (rate: Rate): Tensor => {
    const known = scalars.find((scalar) => scalar.rate === rate);
    if (known) return known.input;
    const scalar = { input: input(`${prefix}scalar${scalars.length}`, [], dtype), rate };
    scalars.push(scalar);
    return scalar.input;
  };
  const stateInputs = Object.fromEntries(states.map((state) => [state.name, state.input]));
  const outputs = rule.update({
    theta,
    g,
    at,
    units: units ?? usualUnits(shape.map(Number)),
    states: stateInputs,
  });

  for (const name of Object.keys(outputs.states)) {
    if (!(name in rule.states)) {
      throw new SteepestError(
        `rule ${rule.name}: it returns a state "${name}" that it did not declare; declared are ${list(Object.keys(rule.states))}`,
      );
    }
  }
  const following = (into: Tensor, name: string, value: unknown) => {
    if (!(value instanceof Tensor)) {
      throw new SteepestError(`rule ${rule.name}: its update returns no tensor for "${name}"`);
    }
    if (!sameShape(value.shape, shape)) {
      throw new SteepestError(
        `rule ${rule.name}: the next ${name} has shape ${formatShape(value.shape)}, the parameter ${formatShape(shape)}`,
      );
    }
    return { into, value };
  };
  const { learningRate, average } = rule;
  const next = [
    following(theta, "theta", outputs.theta),
    ...states.map(({ name, input: state }) =>
      name === average?.state
        ? { into: state, value: state.add(outputs.theta.sub(state).mul(at(average.weight))) }
        : following(state, name, outputs.states[name]),
    ),
  ];
  return {
    name: rule.name,
    theta,
    g,
    states,
    scalars,
    next,
    ...(learningRate !== undefined && { learningRate }),
    ...(average !== undefined && { average: average.state }),
  };
};

const list = (names: readonly string[]): string => (names.length ? names.join(", ") : "none");
