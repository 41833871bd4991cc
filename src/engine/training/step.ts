import { grad } from "../../graph/index.js";
import { inputName } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { writeModel } from "../../onnx/write.js";
import type { BoundSession, HostTensor, Session } from "../engine.js";
import { hostAt, type TrainingMemory } from "./memory.js";
import { blockOf } from "./placement.js";
import type { TrainingGraph } from "./trainer.js";

/** The ONNX model of one step: loss, metrics, gradients and next states from data, parameters, states, masks and rates. */
export const stepModel = (
  { loss, metrics, data, parameters, states, masks, rates = [], batchSize }: TrainingGraph,
  { residents }: TrainingMemory,
): Uint8Array => {
  const gradients = grad(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  return writeModel({
    largestBatch: batchSize,
    inputs: [...data, ...[...residents, ...masks, ...rates].map(({ tensor }) => tensor)],
    outputs: {
      loss,
      ...metrics,
      ...Object.fromEntries(parameters.map(({ name }, i) => [`gradient ${name}`, gradients[i] ?? missing()])),
      ...Object.fromEntries(states.flatMap(({ name, next }) => (next ? [[`next ${name}`, next]] : []))),
    },
  });
};

const host = (data: Float32Array, shape: readonly number[]): HostTensor => ({
  dtype: "float32",
  data,
  shape,
});

/** Binds a step's model to the memory of training, for batches of `size` examples. */
export const bindStep = (
  session: Session,
  { data, masks, rates = [] }: TrainingGraph,
  memory: TrainingMemory,
  size: number,
): BoundSession => {
  const { arena, groups, gradients, residents, stateUpdates, scalars } = memory;
  const inputs: (readonly [string, HostTensor])[] = [
    ...residents.map(({ name, tensor, view }) => [name, hostAt(tensor, size, view)] as const),
    ...data.map((x, i) => [inputName(x), hostAt(x, size, memory.data[i] ?? missing())] as const),
    ...masks.map(
      ({ name, tensor }, i) =>
        [name, hostAt(tensor, size, arena.view(memory.masks[i] ?? missing()))] as const,
    ),
    ...rates.map(({ name }, i) => [name, host(memory.rates[i] ?? missing(), [])] as const),
  ];
  const outputs: (readonly [string, HostTensor])[] = [
    ...groups.flatMap((group, g) =>
      group.parameters.map(({ name, shape }, i) => {
        const gradient = arena.view(blockOf(gradients[g] ?? missing(), group, i));
        return [`gradient ${name}`, host(gradient, shape)] as const;
      }),
    ),
    ...stateUpdates.map(({ output, shape, value }) => [output, host(value, shape)] as const),
    ...Object.entries(scalars).map(([name, value]) => [name, host(value, [])] as const),
  ];
  return session.bind(Object.fromEntries(inputs), Object.fromEntries(outputs));
};
