export { type ConvNeXtOptions, convNeXt } from "./architectures/convNeXt.js";
export { type LeNetOptions, lenet5 } from "./architectures/lenet5.js";
export { type MobileNetOptions, mobileNetV3 } from "./architectures/mobileNetV3.js";
export { type ResNetCifarOptions, type ResNetOptions, resnet, resnetCifar } from "./architectures/resnet.js";
export { type SpeedNetOptions, speedNet } from "./architectures/speedNet.js";
export { type VggOptions, vgg } from "./architectures/vgg.js";
export { type BuildOptions, buildModel } from "./build.js";
export type { LossChoice, WeightedLoss } from "./choose-loss.js";
export { type IdRange, requireIds } from "./ids.js";
export {
  constant as constantInitializer,
  dirac,
  from,
  he,
  type Initializer,
  leCun,
  normal,
  type ParameterShape,
  type ScaledOptions,
  truncatedNormal,
  uniform,
  xavier,
  zeros,
} from "./initializers.js";
export type { NetworkInputs } from "./inputs.js";
export {
  type Layer,
  layer,
  type MaskOptions,
  type Mode,
  type ParameterOptions,
  type Role,
  type Scope,
} from "./layer.js";
export { type LayerCosts, layerCosts } from "./layer-costs.js";
export {
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from "./layers/activations.js";
export { activityL1, activityL2, type KlSparsityOptions, klSparsity } from "./layers/activity.js";
export { averagedViews, type ViewsOptions } from "./layers/averagedViews.js";
export { type BatchNormOptions, batchNorm } from "./layers/batchNorm.js";
export { centreAndScale } from "./layers/centreAndScale.js";
export { added, flatten, residual, sequential, unflatten } from "./layers/containers.js";
export { type ConvOptions, conv1d, conv2d, conv3d } from "./layers/conv.js";
export { type ConvTransposeOptions, convTranspose2d } from "./layers/convTranspose.js";
export { depthwiseConv2d, separableConv2d } from "./layers/depthwise.js";
export { channelDropout, type DropoutOptions, dropout } from "./layers/dropout.js";
export { type EmbeddingOptions, embedding } from "./layers/embedding.js";
export { frozen } from "./layers/frozen.js";
export { type GroupNormOptions, groupNorm, instanceNorm } from "./layers/groupNorm.js";
export { type LayerNormOptions, layerNorm } from "./layers/layerNorm.js";
export { layerScale } from "./layers/layerScale.js";
export { type LinearOptions, linear } from "./layers/linear.js";
export { named } from "./layers/named.js";
export { type GaussianDropoutOptions, gaussianDropout, gaussianNoise } from "./layers/noise.js";
export {
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type PoolingOptions,
} from "./layers/pooling.js";
export { type PretrainedOptions, pretrained } from "./layers/pretrained.js";
export { type ProjectedOptions, projected } from "./layers/project.js";
export { type RmsNormOptions, rmsNorm } from "./layers/rmsNorm.js";
export { type SqueezeExcitationOptions, squeezeExcitation } from "./layers/squeezeExcitation.js";
export { stochasticDepth } from "./layers/stochasticDepth.js";
export { type TiedOptions, tied } from "./layers/tied.js";
export { type NamedValues, withValues } from "./layers/withValues.js";
export * from "./losses/index.js";
export {
  type AppliedLayer,
  type BatchRequirement,
  type Draw,
  initialValues,
  inputOf,
  type Model,
  type Network,
  outputOf,
  type Parameter,
  type ScheduledScalar,
  type State,
} from "./model.js";
export { type NamedNetwork, type Net, network } from "./network.js";
export { orthogonal } from "./orthogonal.js";
export { summary } from "./summary.js";
