import { countFor } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** How many multiply-adds the operation of a tensor is for one example: those of convolutions and products of matrices. */
export const multiplyAdds = (x: Tensor): number => {
  const { definition, inputs, attributes } = x.operation;
  return definition.multiplyAdds?.(inputs, attributes, x, (shape) => countFor(shape, 1)) ?? 0;
};
