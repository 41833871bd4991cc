import { SteepestError } from "../errors.js";
import { topologicalOrder } from "../graph/autodiff.js";
import { operationOf } from "../graph/definition.js";
import { multiplyAdds } from "../graph/multiply-adds.js";
import { transpose } from "../graph/ops/shaping.js";
import type { Shape } from "../graph/shape.js";
import { inputName, isInput, type Tensor } from "../graph/tensor.js";
import { loadModel } from "../onnx/load.js";
import { readModel } from "../onnx/read.js";

/** A convolution or a product of matrices in a model. */
export interface ProductCosts {
  /** The name of its weights; "" where both factors are computed. */
  readonly weights: string;
  readonly output: Shape;
  /** For one example. */
  readonly multiplyAdds: number;
}

/** The name of a stored tensor, also one that is transposed first. */
const storedName = (x: Tensor | undefined, fed: readonly Tensor[]): string => {
  const inner = x && (operationOf(x, transpose)?.inputs[0] ?? x);
  return inner && isInput(inner) && !fed.includes(inner) ? inputName(inner) : "";
};

/** What the convolutions and products of a model take, in order; or why that cannot be told, where the model cannot be read as a graph. */
export const modelCosts = async (path: string): Promise<readonly ProductCosts[] | string> => {
  try {
    const { inputs, outputs } = readModel(await loadModel(path));
    return topologicalOrder(Object.values(outputs)).flatMap((x) => {
      const count = multiplyAdds(x);
      const weights = storedName(x.operation.inputs[1], inputs);
      return count === 0 ? [] : [{ weights, output: x.shape, multiplyAdds: count }];
    });
  } catch (error) {
    if (error instanceof SteepestError) return error.message;
    throw error;
  }
};
