/**
 * Augmentation: pictures changed at random, anew for every example in every epoch.
 */
export { Augmentation, type Augmented, augmentation, type Drawn } from "./augmentation.js";
export { type AugmentedDataset, type AugmentedOptions, augmented } from "./augmented.js";
export { brightness, contrast, type FactorOptions, saturation } from "./colour/blends.js";
export { type ColourJitterOptions, colourJitter } from "./colour/colour-jitter.js";
export { autocontrast, equalise, grey, invert, type ProbabilityOptions } from "./colour/done-or-not.js";
export { type HueOptions, hue } from "./colour/hue.js";
export { type PosteriseOptions, posterise } from "./colour/posterise.js";
export { type SolariseOptions, solarise } from "./colour/solarise.js";
export { chain, inRandomOrder, oneOf, someOf, sometimes } from "./compose/compositions.js";
export { Draws, type Example } from "./draws.js";
export { centreCrop, type RandomCropOptions, randomCrop } from "./geometry/crop.js";
export { type ElasticOptions, elastic } from "./geometry/elastic.js";
export { alternatingFlip, type FlipOptions, flipHorizontally, flipVertically } from "./geometry/flip.js";
export { type LensOptions, lens } from "./geometry/lens.js";
export { type PerspectiveOptions, perspective } from "./geometry/perspective.js";
export { type RandomResizedCropOptions, randomResizedCrop } from "./geometry/random-resized-crop.js";
export { type RandomScaleCropOptions, randomScaleCrop } from "./geometry/random-scale-crop.js";
export { resize } from "./geometry/resize.js";
export { type RotateOptions, rotate } from "./geometry/rotate.js";
export { type ScaleOptions, scale } from "./geometry/scale.js";
export { type ShearOptions, shear } from "./geometry/shear.js";
export { type TranslateOptions, translate } from "./geometry/translate.js";
export {
  aboutCentre,
  fourPoints,
  identity,
  type Matrix,
  product,
  rotation,
  scaling,
  shearing,
  translation,
} from "./matrix.js";
export { cutmix } from "./mix/cutmix.js";
export { type Mix, type MixedOptions, mixed } from "./mix/mixed.js";
export type { Mixing, MixingOptions, Mixture, Part } from "./mix/mixing.js";
export { mixup } from "./mix/mixup.js";
export { move, type Operation } from "./operation.js";
export type { SizeOption, Spread } from "./options.js";
export { interleaved, type Picture, planar, type Size } from "./picture.js";
export { type BlurOptions, blur } from "./pixels/blur.js";
export { type EraseOptions, erase } from "./pixels/erase.js";
export { type NoiseOptions, noise } from "./pixels/noise.js";
export { type SharpnessOptions, sharpness } from "./pixels/sharpness.js";
export type { PointMap } from "./point-map.js";
export { type RandAugmentOptions, randAugment } from "./policies/rand-augment.js";
export { trivialAugment } from "./policies/trivial-augment.js";
export type { Sampling } from "./sampling.js";
export {
  type Composition,
  type Parameters,
  type Step,
  type Transformation,
  transformation,
} from "./transformation.js";
