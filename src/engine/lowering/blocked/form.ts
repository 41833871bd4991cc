import type { Attributes, Definition, Inputs } from "../../../graph/definition.js";
import type { Tensor } from "../../../graph/tensor.js";
import type { RunFacts } from "../../../onnx/target.js";
import type { Blocked } from "./layout.js";

/** What was made of the tensors before one, and how many read them. */
export interface Lowered {
  /** Channels in a block. */
  readonly b: number;
  readonly facts: RunFacts;
  /** As ONNX has it; where it is blocked, that costs a pass over it. */
  readonly plain: (x: Tensor) => Tensor;
  /** In blocks; where it is not, that costs a pass over it. */
  readonly blocked: (x: Tensor) => Blocked;
  readonly isBlocked: (x: Tensor) => boolean;
  /** Whether nothing but the operation that is being lowered reads a tensor. */
  readonly isReadOnce: (x: Tensor) => boolean;
}

/** An operator, and what its operations become where blocked tensors are about: undefined where they stay as they are. */
export interface Form {
  readonly definition: Definition;
  readonly lower: (y: Tensor, lowered: Lowered) => Blocked | Tensor | undefined;
}

export const form = <I extends Inputs, A extends Attributes>(
  { definition }: { readonly definition: Definition<I, A> },
  lower: (y: Tensor, inputs: I, attributes: A, lowered: Lowered) => Blocked | Tensor | undefined,
): Form => ({
  definition: definition as unknown as Definition,
  lower: (y, lowered) => lower(y, y.operation.inputs as I, y.operation.attributes as A, lowered),
});
