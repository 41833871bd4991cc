import {
  abs,
  div,
  exp,
  full,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  minimum,
  relu,
  reshape,
  sigmoid,
  softmax,
  softplus,
  type Tensor,
  tanh,
} from "../../graph/index.js";
import { normalizeAxis } from "../../graph/shape.js";
import type { ImportedNode, Importer, Importers } from "./node.js";
import { joined } from "./shaping.js";

/** `x` where positive, `alpha · (e^x - 1)` elsewhere; written so that e^x does not overflow where it is not used. */
const elu = (x: Tensor, alpha: number): Tensor => relu(x).add(exp(minimum(x, 0)).sub(1).mul(alpha));

/** `x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))`, the approximation of gelu. */
const tanhGelu = (x: Tensor): Tensor =>
  x.mul(0.5).mul(tanh(x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI))).add(1));

/** Before opset 13 the axis was 1 by default, and stood for itself and all that follow, taken together. */
const normalised =
  (f: (x: Tensor, axis: number) => Tensor): Importer =>
  (node: ImportedNode) => {
    const x = node.tensor(0);
    if (node.opset >= 13) return f(x, node.int("axis", -1));
    const axis = normalizeAxis(node.proto.opType, node.int("axis", 1), x.shape);
    if (axis === x.rank - 1) return f(x, axis);
    const together = reshape(x, [...x.shape.slice(0, axis), joined(node, x.shape.slice(axis))]);
    return reshape(f(together, axis), x.shape);
  };

const unary =
  (f: (x: Tensor) => Tensor): Importer =>
  (node) =>
    f(node.tensor(0));

/** Activation functions, and dropout, which does nothing at inference. */
export const activationImporters: Importers = {
  Relu: unary(relu),
  LeakyRelu: (node) => leakyRelu(node.tensor(0), node.float("alpha", 0.01)),
  PRelu: (node) => {
    const x = node.tensor(0);
    return relu(x).add(minimum(x, 0).mul(node.tensor(1)));
  },
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, abs(x).add(1))),
  Elu: (node) => elu(node.tensor(0), node.float("alpha", 1)),
  Selu: (node) =>
    elu(node.tensor(0), node.float("alpha", 1.6732631921768188)).mul(node.float("gamma", 1.0507010221481323)),
  Gelu: (node) => {
    const approximate = node.text("approximate", "none");
    if (approximate === "tanh") return tanhGelu(node.tensor(0));
    return approximate === "none"
      ? gelu(node.tensor(0))
      : node.fail(`its approximation "${approximate}" is not supported; only "none" and "tanh" are`);
  },
  Mish: unary((x) => x.mul(tanh(softplus(x)))),
  HardSwish: unary(hardSwish),
  HardSigmoid: (node) => hardSigmoid(node.tensor(0), node.float("alpha", 0.2), node.float("beta", 0.5)),
  Softmax: normalised(softmax),
  LogSoftmax: normalised(logSoftmax),
  Dropout: (node) => {
    const isInference = node.inputs[2] === undefined || node.known(2)?.values[0] === 0;
    if (!isInference) {
      node.fail(
        node.known(2) === undefined
          ? "whether it is in training mode is not known when the model is read; export the model for inference"
          : "it is in training mode; export the model for inference",
      );
    }
    const x = node.tensor(0);
    // The mask of what is kept. The runtime says of old models that it is nothing, as it was never drawn.
    const mask = () => full(x.shape, Number(node.opset >= 12), node.opset < 10 ? x.dtype : "bool");
    return node.outputCount > 1 ? [x, mask()] : x;
  },
};
