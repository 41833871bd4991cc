import { SteepestError } from "../../errors.js";
import type { Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Arena, type Block, type BufferOver, Layout } from "../arena.js";
import { type DataPlace, placeData } from "./data.js";
import { reserveDraw } from "./draws.js";
import type { TrainingGraph } from "./graph.js";
import { averageOf, blockOf, type Group, placeGroups } from "./placement.js";
import { countAt } from "./shapes.js";
import { scratchFor } from "./units.js";

/** Some numbers of the arena under a name. */
export interface NamedBlock {
  readonly name: string;
  readonly shape: readonly number[];
  readonly block: Block;
}

/** A named array that is an input of the graph. */
export interface Resident {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  /** What training changes. */
  readonly view: Float32Array;
  /** What the network in use has: the average of the iterates where the rule keeps one, else the same. */
  readonly inUse: Float32Array;
}

/** A state that training changes: the engine writes its next value aside, and it is copied over after the update. */
interface StateUpdate {
  readonly output: string;
  readonly shape: readonly number[];
  readonly into: Float32Array;
  readonly value: Float32Array;
}

/** Where everything that a training step reads and writes lies. */
export interface TrainingMemory {
  readonly arena: Arena;
  readonly groups: readonly Group[];
  /** All gradients, one contiguous region. */
  readonly gradient: Block;
  /** The part of each group in it. */
  readonly gradients: readonly Block[];
  /** The sum of the gradients of earlier batches; behind everything else, since it is touched only where there are several. */
  readonly gradientSum: Block;
  /** Parameters and states. */
  readonly residents: readonly Resident[];
  /** What the next step depends on: parameters, optimiser state, and states. */
  readonly persistent: Block;
  /** The same by name. */
  readonly tensors: readonly NamedBlock[];
  readonly stateUpdates: readonly StateUpdate[];
  /** Room for each draw of a full batch. */
  readonly draws: readonly Block[];
  /** Room for each data input of a full batch. */
  readonly data: readonly DataPlace[];
  readonly rates: readonly Float32Array[];
  readonly loss: Float32Array;
  /** What the loss was divided by, where the graph says. */
  readonly weight: Float32Array | undefined;
  readonly metrics: Readonly<Record<string, Float32Array>>;
  /** What projections work with. */
  readonly scratch: Block;
}

/** Writes the initial values of parameters and of the optimiser's state. */
const initialize = (groups: readonly Group[], arena: Arena): void => {
  for (const group of groups) {
    group.parameters.forEach((parameter, i) => {
      parameter.initialize(arena.view(blockOf(group.theta, group, i)));
    });
    Object.values(group.rule.states).forEach((initial, i) => {
      const state = arena.view(group.states[i] ?? missing());
      if (initial === "theta") state.set(arena.view(group.theta));
      else state.fill(initial);
    });
  }
};

/** The parts of a region, one for each group. */
const partsOf = (region: Block, groups: readonly Group[]): Block[] => {
  let offset = region.offset;
  return groups.map(({ theta: { count } }) => {
    const part = { offset, count };
    offset += 4 * count;
    return part;
  });
};

/** A group's parameters, and what its rule remembers of each. */
const tensorsOf = (group: Group): NamedBlock[] =>
  group.parameters.flatMap(({ name, shape }, i) => [
    { name, shape, block: blockOf(group.theta, group, i) },
    ...Object.keys(group.rule.states).map((state, j) => ({
      name: `${name}/${group.rule.name}.${state}`,
      shape,
      block: blockOf(group.states[j] ?? missing(), group, i),
    })),
  ]);

const scalar = () => new Float32Array(1);

const requireNamesDiffer = (names: readonly string[]): void => {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new SteepestError(
      `training: two parameters or states are called "${twice}"; give each its own name`,
    );
  }
};

/** Places everything that training works with in one arena, which threads share where `bufferOver` is given, and writes the initial values. */
export const allocateMemory = (graph: TrainingGraph, bufferOver?: BufferOver): TrainingMemory => {
  const { batchSize } = graph;
  const layout = new Layout();
  const groups = placeGroups(layout, graph.parameters);
  const states = graph.states.map((state) => ({ state, block: layout.reserve(countAt(state.tensor, 1)) }));
  const persistentBytes = layout.reserve(0).offset;
  const gradient = layout.reserve(groups.reduce((total, { theta }) => total + theta.count, 0));
  const nextStates = states.flatMap(({ state, block }) =>
    state.next ? [{ state, block, next: layout.reserve(block.count) }] : [],
  );
  const draws = graph.draws.map((draw) => reserveDraw(layout, draw, batchSize));
  const scratch = layout.reserve(Math.max(1, ...graph.parameters.map(scratchFor)));
  const gradientSum = layout.reserve(gradient.count);
  const arena = layout.allocate(bufferOver);
  initialize(groups, arena);
  const residents: Resident[] = [
    ...groups.flatMap((group) =>
      group.parameters.map(({ name, tensor, shape }, i) => ({
        name,
        tensor,
        shape,
        view: arena.view(blockOf(group.theta, group, i)),
        inUse: arena.view(blockOf(averageOf(group) ?? group.theta, group, i)),
      })),
    ),
    ...states.map(({ state: { name, tensor, shape, initialize }, block }) => {
      const view = arena.view(block);
      initialize(view);
      return { name, tensor, shape, view, inUse: view };
    }),
  ];
  requireNamesDiffer(residents.map(({ name }) => name));

  return {
    arena,
    groups,
    gradient,
    gradients: partsOf(gradient, groups),
    gradientSum,
    residents,
    persistent: { offset: 0, count: persistentBytes / 4 },
    tensors: [
      ...groups.flatMap(tensorsOf),
      ...states.map(({ state: { name, shape }, block }) => ({ name, shape, block })),
    ],
    stateUpdates: nextStates.map(({ state, block, next }) => ({
      output: `next ${state.name}`,
      shape: state.shape,
      into: arena.view(block),
      value: arena.view(next),
    })),
    draws,
    data: graph.data.map((x) => placeData(x, batchSize)),
    rates: (graph.rates ?? []).map(scalar),
    loss: scalar(),
    weight: graph.weight && scalar(),
    metrics: Object.fromEntries(Object.keys(graph.metrics).map((name) => [name, scalar()])),
    scratch,
  };
};
