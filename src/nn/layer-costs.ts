import type { Shape, Tensor } from "../graph/index.js";
import { multiplyAdds } from "../graph/multiply-adds.js";
import { buildModel } from "./build.js";
import type { NetworkInputs } from "./inputs.js";
import type { AppliedLayer, Network, Parameter } from "./model.js";
import type { Net } from "./network.js";

/** What a layer holds and takes, without the layers in it. */
export interface LayerCosts {
  /** Its path, such as `sequential1.conv2d1`; "" for what is in no layer but the network itself. */
  readonly path: string;
  /** The shape of what it gives, where it was applied last. */
  readonly output: Shape;
  readonly parameters: readonly Parameter[];
  /** How many numbers its parameters hold. */
  readonly numbers: number;
  /** Multiply-adds of convolutions and products of matrices for one example, in all places where it is applied. */
  readonly multiplyAdds: number;
}

/** The multiply-adds of each tensor that leads to `outputs` and is not counted yet, added up; `from` leads no further. */
const countBehind = (outputs: readonly Tensor[], from: readonly Tensor[], counted: Set<Tensor>): number => {
  let total = 0;
  const seen = new Set(from);
  const open = [...outputs];
  for (let x = open.pop(); x; x = open.pop()) {
    if (seen.has(x)) continue;
    seen.add(x);
    if (!counted.has(x)) total += multiplyAdds(x);
    counted.add(x);
    open.push(...x.operation.inputs);
  }
  return total;
};

/** The multiply-adds of each layer by its path, "" for what is left: an inner layer is counted before its outer one. */
const countByPath = ({ layers, inputs, outputs }: Network): ReadonlyMap<string, number> => {
  const counted = new Set<Tensor>();
  const counts = new Map<string, number>();
  for (const { path, input, output } of layers) {
    counts.set(path, (counts.get(path) ?? 0) + countBehind([output], [input], counted));
  }
  return counts.set("", countBehind(Object.values(outputs), Object.values(inputs), counted));
};

/** Whether a layer has others in it. */
const isOuter = ({ path }: AppliedLayer, all: readonly AppliedLayer[]): boolean =>
  all.some((other) => other.path.startsWith(`${path}.`));

/**
 * What each layer of a network in use holds and takes, in the order of the network. A layer with others in it is listed where it has
 * parameters or products of its own. Arguments and errors as those of `summary`.
 */
export const layerCosts = (net: Net, inputs: NetworkInputs): readonly LayerCosts[] => {
  const { parameters, inference } = buildModel(net, inputs);
  const counts = countByPath(inference);
  const own = (path: string) =>
    parameters.filter(({ name, local }) => name === (path === "" ? local : `${path}.${local}`));
  const last = new Map(inference.layers.map((layer) => [layer.path, layer]));
  const costsOf = (path: string, output: Shape): LayerCosts => {
    const held = own(path);
    const numbers = held.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return { path, output, parameters: held, numbers, multiplyAdds: counts.get(path) ?? 0 };
  };
  const rows = [...last.values()].map((layer) => ({
    ...costsOf(layer.path, layer.output.shape),
    outer: isOuter(layer, inference.layers),
  }));
  const [output] = Object.values(inference.outputs);
  const rest = { ...costsOf("", output?.shape ?? []), outer: true };
  return [...rows, rest].flatMap(({ outer, ...costs }) =>
    outer && costs.parameters.length === 0 && costs.multiplyAdds === 0 ? [] : [costs],
  );
};
