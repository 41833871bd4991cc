import { formatShape } from "../graph/shape.js";
import { buildModel } from "./build.js";
import type { NetworkInputs } from "./inputs.js";
import { layerCosts } from "./layer-costs.js";
import type { Net } from "./network.js";

const columns = ["layer", "output", "parameters", "numbers", "multiply-adds"] as const;
/** Columns of numbers stand to the right. */
const numeric = 3;

/**
 * A table of a network's layers, as text: for each the shape of what it gives, its parameters and how many numbers they hold, and the
 * multiply-adds of its convolutions and products of matrices for one example; and their sums. A layer that is applied in several places
 * counts its parameters once and its multiply-adds in each.
 *
 * ```ts
 * console.log(summary(sequential(linear(512), relu(), linear(10)), [784]));
 * ```
 *
 * A network of named inputs is given these by name: `summary(net, data.inputs)`. The shapes of inputs are without the batch dimension. `layerCosts` gives
 * the same as data. Throws where layers do not fit together, naming the layer.
 */
export const summary = (net: Net, inputs: NetworkInputs): string => {
  const layers = layerCosts(net, inputs);
  const { inference } = buildModel(net, inputs);
  const number = (value: number) => value.toLocaleString("en-US");
  const sum = (of: (layer: (typeof layers)[number]) => number) =>
    number(layers.reduce((total, layer) => total + of(layer), 0));
  const outputs = Object.values(inference.outputs).map(({ shape }) => formatShape(shape));
  const rows: readonly (readonly string[])[] = [
    columns,
    ...layers.map(({ path, output, parameters, numbers, multiplyAdds }) => [
      path === "" ? "network" : path,
      formatShape(output),
      parameters.map(({ local, shape }) => `${local} ${formatShape(shape)}`).join(", "),
      numbers === 0 ? "" : number(numbers),
      multiplyAdds === 0 ? "" : number(multiplyAdds),
    ]),
    [
      "total",
      `to ${outputs.join(", ")}`,
      "",
      sum(({ numbers }) => numbers),
      sum((layer) => layer.multiplyAdds),
    ],
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < numeric ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
