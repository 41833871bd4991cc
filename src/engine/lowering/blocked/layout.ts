import { reshape } from "../../../graph/ops/shaping.js";
import { type Dim, factorOf, isSymbolic, multipleOfBatch } from "../../../graph/shape.js";
import type { Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";

/**
 * A tensor `[batch, channels, height, width]` whose memory is `[batch, channels / b, height, width, b]`: a block of b channels lies side by
 * side, as many as a register of the processor holds. To ONNX Runtime it has the first shape, so that what goes element by element takes
 * it as it is; a type of its own keeps it from meeting plain tensors.
 */
export interface Blocked {
  readonly tensor: Tensor;
  readonly layout: "blocked";
}

export const blocked = (tensor: Tensor): Blocked => ({ tensor, layout: "blocked" });

export const shapeOf = ({ tensor }: Blocked): Tensor["shape"] => tensor.shape;

/** The elements as they lie in memory, as a plain tensor of five axes. */
export const asLying = ({ tensor }: Blocked, b: number): Tensor => {
  const [batch = missing(), channels, height = missing(), width = missing()] = tensor.shape;
  return reshape(tensor, [batch, Number(channels) / b, height, width, b]);
};

/** What lies as `[batch, channels / b, height, width, b]`, as a blocked tensor of a shape. */
export const lying = (x: Tensor, shape: Tensor["shape"]): Blocked => blocked(reshape(x, shape));

export const timesDim = (dim: Dim, factor: number): Dim =>
  isSymbolic(dim) ? multipleOfBatch(factorOf(dim) * factor) : dim * factor;
