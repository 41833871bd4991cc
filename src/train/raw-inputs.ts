import { compile } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import { topologicalOrder } from "../graph/autodiff.js";
import { operationOf } from "../graph/definition.js";
import { batch, cast, equal, inputName, type Tensor } from "../graph/index.js";
import { isInput } from "../graph/tensor.js";
import { missing } from "../missing.js";
import type { Network } from "../nn/model.js";

/** Which input features a network needs as they are given, and what for. */
export interface RawInputs {
  readonly features: readonly boolean[];
  readonly because: string;
}

/** Networks with more input features are not looked through one by one: all count as needed where one may be. */
const mostFeatures = 2048;

/** Inputs whose numbers stand for something: what is cast to whole numbers or yes and no, as category numbers are, or compared for equality. */
const readAsCodes = (x: Tensor): readonly Tensor[] =>
  operationOf(x, equal) || (operationOf(x, cast) && (x.dtype === "int64" || x.dtype === "bool"))
    ? x.operation.inputs.filter(({ dtype }) => dtype === "float32" || dtype === "float64")
    : [];

/** Whether a tensor is the network's input, or computed from it and constants alone: nothing that is learned comes between. */
const straightFrom = (x: Tensor, tensor: Tensor): boolean => {
  const leaves = topologicalOrder([tensor]).filter(isInput);
  return leaves.length === 1 && leaves[0] === x;
};

/** Which features of its input tensors of shape `[batch, …]` depend on: those that change them when they change. */
const featuresOf = async (x: Tensor, tensors: readonly Tensor[], engine?: Engine): Promise<boolean[]> => {
  const count = x.shape.slice(1).reduce<number>((n, size) => n * Number(size), 1);
  if (count > mostFeatures || tensors.some(({ shape }) => shape[0] !== batch)) return Array(count).fill(true);
  const program = await compile(
    { inputs: [x], outputs: Object.fromEntries(tensors.map((tensor, i) => [`${i}`, tensor])) },
    engine ? { engine } : {},
  );
  try {
    // In the first example all features are low, in the example after it by j + 1 feature j is high: far enough to pass every clip.
    const rows = new Float32Array((count + 1) * count).fill(-1e6);
    for (let j = 0; j < count; j++) rows[(j + 1) * count + j] = 1.5e6;
    const outputs = Object.values(await program.run({ [inputName(x)]: rows })).map(({ data }) =>
      Array.from(data, Number),
    );
    return Array.from({ length: count }, (_, j) =>
      outputs.some((data) => {
        const width = data.length / (count + 1);
        return data.slice(0, width).some((value, i) => value !== data[(j + 1) * width + i]);
      }),
    );
  } finally {
    await program.release();
  }
};

/**
 * The features of an input that a network in use reads as whole numbers or hands to a layer that was trained on them; undefined where
 * there are none.
 */
export const rawInputsOf = async (
  network: Network,
  name: string,
  engine?: Engine,
): Promise<RawInputs | undefined> => {
  const input = network.inputs[name] ?? missing();
  const codes = topologicalOrder(Object.values(network.outputs))
    .flatMap(readAsCodes)
    .filter((tensor) => straightFrom(input, tensor));
  const trained = network.raw.filter((tensor) => straightFrom(input, tensor));
  if (codes.length + trained.length === 0) return undefined;
  return {
    features: await featuresOf(input, [...codes, ...trained], engine),
    because: [
      ...(trained.length > 0 ? ["a pretrained model takes them as they are"] : []),
      ...(codes.length > 0 ? ["the network reads them as whole numbers"] : []),
    ].join(" and "),
  };
};
