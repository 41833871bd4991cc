import { grad } from "../../graph/index.js";
import { inputName, type Tensor } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import type { Graph } from "../../onnx/write.js";
import type { BoundSession, HostTensor, Session } from "../engine.js";
import type { TrainingGraph } from "./graph.js";
import type { Resident, TrainingMemory } from "./memory.js";
import { blockOf } from "./placement.js";
import { host, hostAt } from "./shapes.js";

/** The graph of one step: loss, metrics, gradients and next states from data, parameters, states, draws and rates. */
export const stepGraph = (
  { loss, weight, metrics, data, parameters, states, draws, rates = [], batchSize }: TrainingGraph,
  residents: readonly Resident[],
): Graph => {
  const gradients = grad(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  return {
    largestBatch: batchSize,
    inputs: [...data, ...[...residents, ...draws, ...rates].map(({ tensor }) => tensor)],
    outputs: {
      ...scalarOutputs({ loss, ...(weight && { weight }) }, metrics),
      ...Object.fromEntries(parameters.map(({ name }, i) => [`gradient ${name}`, gradients[i] ?? missing()])),
      ...Object.fromEntries(states.flatMap(({ name, next }) => (next ? [[`next ${name}`, next]] : []))),
    },
  };
};

/** The scalars of a batch under names that no input and no other output has. */
const scalarOutputs = <T>(
  batch: Readonly<Record<string, T>>,
  metrics: Readonly<Record<string, T>>,
): Record<string, T> =>
  Object.fromEntries([
    ...Object.entries(batch).map(([name, value]) => [`batch's ${name}`, value] as const),
    ...Object.entries(metrics).map(([name, value]) => [`metric ${name}`, value] as const),
  ]);

/** Binds a step's model to the memory of training, for batches of `size` examples. */
export const bindStep = (
  session: Session,
  { draws, rates = [] }: TrainingGraph,
  residents: readonly Resident[],
  memory: TrainingMemory,
  size: number,
): BoundSession => {
  const { arena, groups, gradients, stateUpdates, loss, weight, metrics } = memory;
  const at = (x: Tensor, view: HostTensor["data"]) => [inputName(x), hostAt(x, size, view)] as const;
  const inputs = [
    ...residents.map(({ tensor, view }) => at(tensor, view)),
    ...memory.data.map(({ tensor, read }) => at(tensor, read)),
    ...draws.map(({ tensor }, i) => at(tensor, arena.view(memory.draws[i] ?? missing()))),
    ...rates.map(({ tensor }, i) => at(tensor, memory.rates[i] ?? missing())),
  ];
  const outputs: (readonly [string, HostTensor])[] = [
    ...groups.flatMap((group, g) =>
      group.parameters.map(({ name, shape }, i) => {
        const gradient = arena.view(blockOf(gradients[g] ?? missing(), group, i));
        return [`gradient ${name}`, host(gradient, shape)] as const;
      }),
    ),
    ...stateUpdates.map(({ output, shape, value }) => [output, host(value, shape)] as const),
    ...Object.entries(scalarOutputs({ loss, ...(weight && { weight }) }, metrics)).map(
      ([name, value]) => [name, host(value, [])] as const,
    ),
  ];
  return session.bind(Object.fromEntries(inputs), Object.fromEntries(outputs));
};
