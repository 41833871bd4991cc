import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { inputName } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Rule, rateAt, type Time, type TracedRule, traceRule } from "../../optim/rule.js";
import type { Arena, Block } from "../arena.js";
import type { BoundSession, Engine, SessionOptions } from "../engine.js";
import { compileKernel, isKernelGraph } from "../kernel/index.js";
import { loadGraph } from "../load-graph.js";
import type { Runner } from "../team/runner.js";
import { blockOf, type Group } from "./placement.js";
import { host } from "./shapes.js";
import type { UnitsOf } from "./units.js";

/** Applies a group's rule to all of its parameters. */
export interface GroupUpdate {
  run(time: Time): Promise<void> | void;
  release(): Promise<void>;
}

/** The scalars of a rule at a time. Throws where one is no finite number. */
export const scalarValues = ({ name, scalars }: TracedRule, time: Time): number[] =>
  scalars.map(({ rate }) => {
    const value = rateAt(rate, time);
    if (!Number.isFinite(value)) {
      throw new SteepestError(
        `${name}: a rate or schedule gives ${value} at step ${time.step + 1}; it must be a finite number`,
      );
    }
    return value;
  });

/** The arrays of a traced rule in the order in which they lie in a group: parameter, gradient, states. */
const arraysOf = ({ theta, g, states }: TracedRule): Tensor[] => [
  theta,
  g,
  ...states.map((state) => state.input),
];

/** A rule written out for each shape, and place of units, among a group's parameters, and which of them have it. */
interface ShapedRule {
  readonly traced: TracedRule;
  readonly members: readonly number[];
}

const byShape = (rule: Rule, { parameters }: Group, unitsOf: UnitsOf): ShapedRule[] => {
  const members = new Map<string, number[]>();
  parameters.forEach((parameter, i) => {
    const key = [...parameter.shape, ...Object.values(unitsOf(parameter))].join();
    members.set(key, [...(members.get(key) ?? []), i]);
  });
  return [...members.values()].map((list) => {
    const first = parameters[list[0] ?? missing()] ?? missing();
    return { traced: traceRule(rule, first.shape, "float32", "", unitsOf(first)), members: list };
  });
};

/** What changes: a state whose next value is itself need not be written. */
const changes = ({ next }: TracedRule) => next.filter(({ into, value }) => into !== value);

/** Rules of elementwise operators (and full sums) become one loop over the memory of each parameter. */
const kernelUpdate = (
  shaped: readonly ShapedRule[],
  group: Group,
  gradient: Block,
  runner: Runner,
): GroupUpdate => {
  const regions = [group.theta, gradient, ...group.states];
  const kernels = shaped.map(({ traced }) => {
    const stateInputs = traced.states.map((state) => state.input);
    return compileKernel({
      arrays: arraysOf(traced),
      scalars: traced.scalars.map(({ input }) => input),
      // Moments that decay are kept from becoming denormal.
      stores: changes(traced).map(({ into, value }) => ({
        into,
        value,
        flushDenormals: stateInputs.includes(into),
      })),
    });
  });
  const calls = shaped.flatMap(({ members }, kernel) =>
    members.map((i) => {
      const blocks = regions.map((region) => blockOf(region, group, i));
      const { count } = blocks[0] ?? missing();
      return { kernel, pointers: blocks.map(({ offset }) => offset), count };
    }),
  );
  const run = runner.prepare({ kernels, calls });
  return {
    run: (time) => run(shaped.map(({ traced }) => scalarValues(traced, time))),
    release: async () => {},
  };
};

/** Rules with matrix products run through the engine, those of all parameters of a group in one model. */
const engineUpdate = async (
  rule: Rule,
  group: Group,
  gradient: Block,
  { arena, engine, options, unitsOf }: UpdatePlace,
): Promise<GroupUpdate> => {
  const updates = group.parameters.map((parameter, i) => {
    const { shape } = parameter;
    const traced = traceRule(rule, shape, "float32", `${i} `, unitsOf(parameter));
    const scalars = traced.scalars.map(({ input }) => ({ input, values: new Float32Array(1) }));
    const arrays = arraysOf(traced);
    const views = [group.theta, gradient, ...group.states].map((region) =>
      arena.view(blockOf(region, group, i)),
    );
    // The engine must not write what it still reads, so new values are computed aside and copied.
    const next = changes(traced).map(({ into, value }) => ({
      name: `next ${inputName(into)}`,
      value,
      view: views[arrays.indexOf(into)] ?? missing(),
      values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    }));
    return { traced, shape, scalars, arrays, views, next };
  });
  const all = <T>(entries: (update: (typeof updates)[number]) => readonly (readonly [string, T])[]) =>
    Object.fromEntries(updates.flatMap(entries));
  // Its threads sleep afterwards: those of the next step's model want the cores at once.
  const session = await loadGraph(
    engine,
    {
      inputs: updates.flatMap(({ arrays, scalars }) => [...arrays, ...scalars.map(({ input }) => input)]),
      outputs: all(({ next }) => next.map(({ name, value }) => [name, value])),
    },
    { ...options, spinning: false },
  );
  const bound: BoundSession = session.bind(
    all(({ arrays, views, scalars, shape }) => [
      ...arrays.map((x, j) => [inputName(x), host(views[j] ?? missing(), shape)] as const),
      ...scalars.map(({ input, values }) => [inputName(input), host(values, [])] as const),
    ]),
    all(({ next, shape }) => next.map(({ name, values }) => [name, host(values, shape)])),
  );
  return {
    run: async (time) => {
      for (const { traced, scalars } of updates) {
        scalarValues(traced, time).forEach((value, j) => void scalars[j]?.values.fill(value));
      }
      await bound.run();
      for (const { view, values } of updates.flatMap(({ next }) => next)) view.set(values);
    },
    release: () => session.release(),
  };
};

/** What updates work with. */
export interface UpdatePlace {
  readonly arena: Arena;
  readonly runner: Runner;
  readonly engine: Engine;
  readonly options: SessionOptions;
  readonly unitsOf: UnitsOf;
}

/** Prepares the update of one group: as a kernel where the rule's operators allow it, else through the engine. */
export const prepareUpdate = async (
  rule: Rule,
  group: Group,
  gradient: Block,
  place: UpdatePlace,
): Promise<GroupUpdate> => {
  const shaped = byShape(rule, group, place.unitsOf);
  return shaped.every(({ traced }) => isKernelGraph(traced.next.map(({ value }) => value)))
    ? kernelUpdate(shaped, group, gradient, place.runner)
    : engineUpdate(rule, group, gradient, place);
};
