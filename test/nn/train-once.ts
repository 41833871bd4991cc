import { compile } from "../../src/engine/compile.js";
import { batch, grad, input, sum, type Tensor } from "../../src/graph/index.js";
import { buildModel } from "../../src/nn/build.js";
import type { Layer } from "../../src/nn/layer.js";
import { inputOf, type Model, outputOf } from "../../src/nn/model.js";

export type Numbers = readonly number[];

/** Fixed weights sin(k), so that the sum of them times a tensor depends on every element. */
export const weightsFor = (count: number): number[] => Array.from({ length: count }, (_, k) => Math.sin(k));

/** A layer's graphs, compiled: its output in both modes, and gradients of Σ sin(k)·y with respect to x and all parameters. */
export const compileLayer = async (layer: Layer, inputShape: readonly number[]) => {
  const model: Model = buildModel(layer, inputShape);
  const { training, inference, parameters, states } = model;
  const weights = input("weights", [batch, ...outputOf(training).shape.slice(1).map(Number)]);
  const gradients = grad(sum(outputOf(training).mul(weights)), [
    inputOf(training),
    ...parameters.map((p) => p.tensor),
  ]);
  const residents = [...parameters, ...states].map(({ tensor }) => tensor);
  const masks = training.draws.map(({ tensor }) => tensor);
  const next = states.flatMap(({ name, tensor }) => {
    const value = training.updates.get(tensor);
    return value ? [[name, value] as const] : [];
  });
  const train = await compile<string>(
    {
      inputs: [inputOf(training), weights, ...residents, ...masks],
      outputs: {
        y: outputOf(training),
        dx: gradients[0] as Tensor,
        ...Object.fromEntries(parameters.map(({ name }, i) => [`d ${name}`, gradients[i + 1] as Tensor])),
        ...Object.fromEntries(next.map(([name, value]) => [`next ${name}`, value])),
      },
    },
    { threads: 1 },
  );
  const use = await compile<string>(
    { inputs: [inputOf(inference), ...residents], outputs: { y: outputOf(inference) } },
    { threads: 1 },
  );
  const only = (values: Readonly<Record<string, Numbers>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  const arrays = async (program: typeof train, values: Readonly<Record<string, Numbers>>) =>
    Object.fromEntries(
      Object.entries(await program.run(values)).map(([k, v]) => [k, Array.from(v.data, Number)]),
    );
  const names = [...parameters, ...states].map(({ name }) => name);
  return {
    model,
    train: (values: Readonly<Record<string, Numbers>>, outputs = (values.input ?? []).length) =>
      arrays(train, { ...values, weights: values.weights ?? weightsFor(outputs) }),
    use: (values: Readonly<Record<string, Numbers>>) => arrays(use, only(values, ["input", ...names])),
  };
};
