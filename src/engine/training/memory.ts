import { countFor, shapeFor } from "../../graph/shape.js";
import type { Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Arena, type Block, Layout } from "../arena.js";
import type { HostTensor } from "../engine.js";
import { averageOf, blockOf, type Group, placeGroups } from "./placement.js";
import { unitCount } from "./projection.js";
import type { TrainingGraph } from "./trainer.js";

/** A named array of the arena that is an input of the graph. */
export interface Resident {
  readonly name: string;
  readonly tensor: Tensor;
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
  /** The gradients, a region for each group. */
  readonly gradients: readonly Block[];
  /** Parameters and states. */
  readonly residents: readonly Resident[];
  /** What the next step depends on: parameters, optimiser state, and states. */
  readonly persistent: Block;
  readonly stateUpdates: readonly StateUpdate[];
  /** Room for each mask of a full batch. */
  readonly masks: readonly Block[];
  /** Room for each data input of a full batch. */
  readonly data: readonly Float32Array[];
  readonly rates: readonly Float32Array[];
  /** The loss and the metrics. */
  readonly scalars: Readonly<Record<string, Float32Array>>;
  /** What projections work with. */
  readonly scratch: Block;
}

/** How many numbers a tensor holds for a batch of `size` examples. */
export const countAt = ({ shape }: Tensor, size: number): number => countFor(shape, size);

/** A tensor's shape for a batch of `size` examples. */
export const shapeAt = ({ shape }: Tensor, size: number): number[] => shapeFor(shape, size);

/** An array of a tensor's values for a batch of `size` examples, in the form that engines take. */
export const hostAt = (x: Tensor, size: number, data: Float32Array): HostTensor => ({
  dtype: "float32",
  data: data.subarray(0, countAt(x, size)),
  shape: shapeAt(x, size),
});

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

/** Places everything that training works with in one arena, and writes the initial values. */
export const allocateMemory = (graph: TrainingGraph): TrainingMemory => {
  const { batchSize } = graph;
  const layout = new Layout();
  const groups = placeGroups(layout, graph.parameters);
  const states = graph.states.map((state) => ({ state, block: layout.reserve(countAt(state.tensor, 1)) }));
  const persistentBytes = layout.reserve(0).offset;
  const gradients = groups.map(({ theta }) => layout.reserve(theta.count));
  const nextStates = states.flatMap(({ state, block }) =>
    state.next ? [{ state, block, next: layout.reserve(block.count) }] : [],
  );
  const masks = graph.masks.map(({ tensor }) => layout.reserve(countAt(tensor, batchSize)));
  const scratch = layout.reserve(2 * Math.max(1, ...graph.parameters.map(unitCount)));
  const arena = layout.allocate();
  initialize(groups, arena);

  return {
    arena,
    groups,
    gradients,
    residents: [
      ...groups.flatMap((group) =>
        group.parameters.map(({ name, tensor }, i) => ({
          name,
          tensor,
          view: arena.view(blockOf(group.theta, group, i)),
          inUse: arena.view(blockOf(averageOf(group) ?? group.theta, group, i)),
        })),
      ),
      ...states.map(({ state: { name, tensor, initial }, block }) => {
        const view = arena.view(block).fill(initial);
        return { name, tensor, view, inUse: view };
      }),
    ],
    persistent: { offset: 0, count: persistentBytes / 4 },
    stateUpdates: nextStates.map(({ state, block, next }) => ({
      output: `next ${state.name}`,
      shape: state.shape,
      into: arena.view(block),
      value: arena.view(next),
    })),
    masks,
    data: graph.data.map((x) => new Float32Array(countAt(x, batchSize))),
    rates: (graph.rates ?? []).map(() => new Float32Array(1)),
    scalars: Object.fromEntries(
      ["loss", ...Object.keys(graph.metrics)].map((name) => [name, new Float32Array(1)]),
    ),
    scratch,
  };
};
