import { missing } from "../missing.js";
import { topologicalOrder } from "./autodiff.js";
import type { Attributes } from "./definition.js";
import { operationOf } from "./definition.js";
import { batchSize, scalar } from "./ops/constant.js";
import { type Dim, shapeFor } from "./shape.js";
import { Tensor } from "./tensor.js";

const isDims = (value: Attributes[string]): value is readonly Dim[] => Array.isArray(value);

const fixedAttributes = (attributes: Attributes, size: number): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, isDims(value) ? shapeFor(value, size) : value]),
  );

/** The same graph for batches of exactly `size` examples: what takes the place of each tensor, whose axes are all numbers. */
export const fixBatch = (outputs: readonly Tensor[], size: number): ((x: Tensor) => Tensor) => {
  const fixed = new Map<Tensor, Tensor>();
  const at = (x: Tensor): Tensor => fixed.get(x) ?? missing();
  for (const x of topologicalOrder(outputs)) {
    const { inputs, attributes, shape } = x.operation;
    const next = operationOf(x, batchSize)
      ? scalar(size, x.dtype)
      : new Tensor({
          ...x.operation,
          inputs: inputs.map(at),
          attributes: fixedAttributes(attributes, size),
          shape: shapeFor(shape, size),
        });
    fixed.set(x, next);
  }
  return at;
};
