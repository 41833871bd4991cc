export {
  constant as constantInitializer,
  he,
  type Initializer,
  leCun,
  normal,
  type ParameterShape,
  type ScaledOptions,
  uniform,
  xavier,
  zeros,
} from "./initializers.js";
export {
  type Layer,
  layer,
  type MaskOptions,
  type Mode,
  type ParameterOptions,
  type Role,
  type Scope,
} from "./layer.js";
export { gelu, leakyRelu, relu, sigmoid, silu, softmax, softplus, tanh } from "./layers/activations.js";
export { flatten, residual, sequential } from "./layers/containers.js";
export { type DropoutOptions, dropout } from "./layers/dropout.js";
export { type LinearOptions, linear } from "./layers/linear.js";
export { standardised } from "./layers/standardise.js";
export { binaryCrossEntropy, crossEntropy, huber, type Loss, meanSquaredError } from "./losses.js";
export { buildModel, initialValues, type Model, type Network, type Parameter, type State } from "./model.js";
