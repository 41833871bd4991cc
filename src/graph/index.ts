export { grad, hessianVectorProduct, type TensorFor, topologicalOrder, vjp } from "./autodiff.js";
export {
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softplus,
  step,
  tanh,
} from "./ops/activation.js";
export { add, div, maximum, minimum, mul, pow, square, sub } from "./ops/arithmetic.js";
export {
  and,
  cast,
  equal,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  not,
  where,
} from "./ops/comparison.js";
export { batchSize, constant, full, scalar } from "./ops/constant.js";
export { type ConvOptions, type ConvTransposeOptions, conv, convTranspose } from "./ops/convolution.js";
export { concat, type PadOptions, pad, type SliceOptions, slice } from "./ops/cutting.js";
export {
  abs,
  ceil,
  clip,
  cos,
  erf,
  exp,
  floor,
  log,
  neg,
  round,
  sign,
  sin,
  sqrt,
  stopGradient,
} from "./ops/elementwise.js";
export { affineGrid, type GridSampleOptions, gridSample } from "./ops/gridSample.js";
export { argMax, gather, gatherAlong, oneHot, scatterAdd, scatterAlong } from "./ops/indexing.js";
export { gemm, type MatmulOptions, matmul } from "./ops/matmul.js";
export { averagePool, maxPool, type PoolOptions } from "./ops/pooling.js";
export { logSumExp, max, mean, min, squaredNorm, sum } from "./ops/reduce.js";
export { type ResizeOptions, resize } from "./ops/resize.js";
export { expand, flatten, reshape, transpose } from "./ops/shaping.js";
export { logSoftmax, softmax } from "./ops/softmax.js";
export { batch, type Dim, type Shape } from "./shape.js";
export { type DType, input, inputName, Tensor, type TypedArray } from "./tensor.js";
