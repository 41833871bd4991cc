import { buildModel } from "./build.js";
import type { NetworkInputs } from "./inputs.js";
import type { Net } from "./network.js";

/**
 * A table of a network's parameters, as text: name, shape and number of each, and their sum.
 *
 * ```ts
 * console.log(summary(sequential(linear(512), relu(), linear(10)), [784]));
 * ```
 *
 * A network of named inputs is given these by name: `summary(net, data.inputs)`. Shapes are without the batch dimension. Throws where
 * layers do not fit together, naming the layer.
 */
export const summary = (net: Net, inputs: NetworkInputs): string => {
  const { parameters, inference } = buildModel(net, inputs);
  const rows = parameters.map(({ name, shape }) => ({
    name,
    shape: `[${shape.join(", ")}]`,
    size: shape.reduce((a, b) => a * b, 1),
  }));
  const outputs = Object.values(inference.outputs)
    .map(({ shape }) => `[${shape.join(", ")}]`)
    .join(", ");
  const total = rows.reduce((sum, { size }) => sum + size, 0);
  const format = (size: number) => size.toLocaleString("en-US");
  const width = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const nameWidth = width(["parameter", ...rows.map(({ name }) => name)]);
  const shapeWidth = width(["shape", ...rows.map(({ shape }) => shape)]);
  const sizeWidth = width(["numbers", format(total)]);
  const line = (name: string, shape: string, size: string) =>
    `${name.padEnd(nameWidth)}  ${shape.padEnd(shapeWidth)}  ${size.padStart(sizeWidth)}`;
  return [
    line("parameter", "shape", "numbers"),
    ...rows.map(({ name, shape, size }) => line(name, shape, format(size))),
    line("total", `to ${outputs}`, format(total)),
  ].join("\n");
};
