import { gemm, matmul, mean, reshape, sqrt, square, type Tensor } from "../../graph/index.js";
import { normalizeAxis } from "../../graph/shape.js";
import type { Importers } from "./node.js";

/** Vectors become matrices of one row or one column, and that axis is dropped from the product (numpy's rule). */
const product = (a: Tensor, b: Tensor): Tensor => {
  if (a.rank > 1 && b.rank > 1) return matmul(a, b);
  const left = a.rank === 1 ? reshape(a, [1, ...a.shape]) : a;
  const right = b.rank === 1 ? reshape(b, [...b.shape, 1]) : b;
  const y = matmul(left, right);
  const dropped = [a.rank === 1 ? y.rank - 2 : -1, b.rank === 1 ? y.rank - 1 : -1];
  return reshape(
    y,
    y.shape.filter((_, axis) => !dropped.includes(axis)),
  );
};

/** Matrix products and normalisations. */
export const matrixImporters: Importers = {
  MatMul: (node) => product(node.tensor(0), node.tensor(1)),
  Gemm: (node) => {
    const options = { transposeA: node.int("transA", 0) === 1, transposeB: node.int("transB", 0) === 1 };
    const alpha = node.float("alpha", 1);
    const [a, b] = [node.tensor(0), node.tensor(1)];
    const c = node.optional(2)?.mul(node.float("beta", 1));
    if (c === undefined) return matmul(a, b, options).mul(alpha);
    return alpha === 1 ? gemm(a, b, c, options) : matmul(a, b, options).mul(alpha).add(c);
  },
  // The running statistics are constants: they are measured, not trained.
  BatchNormalization: (node) => {
    if (node.flag("training_mode")) node.fail("it is in training mode; export the model for inference");
    if (!node.flag("spatial", true)) node.fail("statistics per element (spatial = 0) are not supported");
    const x = node.tensor(0);
    const perChannel = (statistic: Tensor) =>
      reshape(statistic, [...statistic.shape, ...Array(Math.max(0, x.rank - 2)).fill(1)]);
    const deviation = sqrt(node.fixed(4).add(node.float("epsilon", 1e-5)));
    const scale = node.tensor(1).div(deviation);
    return x
      .sub(perChannel(node.fixed(3)))
      .mul(perChannel(scale))
      .add(perChannel(node.tensor(2)));
  },
  LayerNormalization: (node) => {
    const x = node.tensor(0);
    const axis = normalizeAxis(node.proto.opType, node.int("axis", -1), x.shape);
    const axes = [...x.shape.keys()].slice(axis);
    const centred = x.sub(mean(x, axes, { keepDims: true }));
    const variance = mean(square(centred), axes, { keepDims: true });
    const scaled = centred.div(sqrt(variance.add(node.float("epsilon", 1e-5)))).mul(node.tensor(1));
    const bias = node.optional(2);
    return bias === undefined ? scaled : scaled.add(bias);
  },
};
