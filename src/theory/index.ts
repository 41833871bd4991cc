export type { Certificate, InequalityReport, Violation } from "./certificate.js";
export { certify } from "./certify.js";
export { type ConvexityReport, type ConvexityWitness, convexity } from "./convexity.js";
export { type DescendOptions, type DescentRun, descend, type Reference } from "./descend.js";
export { type Comparison, type InequalityName, inequalities } from "./inequalities.js";
export {
  type ExtremeEigenvalue,
  type LanczosOptions,
  lanczos,
  type Spectrum,
  type SymmetricOperator,
} from "./lanczos.js";
export { type Matrix, matrix } from "./matrix.js";
export {
  leastSquaresMinimiser,
  leastSquaresMinimum,
  type Minimum,
  newtonMinimiser,
  newtonMinimum,
} from "./minimisers.js";
export {
  type Certainty,
  type Constant,
  type KnownConstants,
  type Objective,
  type ObjectiveDefinition,
  objective,
  type ValueAndGradient,
} from "./objective.js";
export { leastSquaresObjective, ridgeObjective } from "./objectives/least-squares.js";
export { logisticObjective } from "./objectives/logistic.js";
export { quadraticObjective } from "./objectives/quadratic.js";
export type { SampleOptions } from "./pairs.js";
export { certificatePicture } from "./picture.js";
export {
  type CertifiedProblem,
  certifyProblem,
  type Model,
  models,
  type Problem,
  type SuboptimalityPoint,
} from "./problem.js";
export { type Products, products } from "./products.js";
export {
  type IterationsNeeded,
  iterationsTo,
  linearBound,
  type MeasuredRate,
  measuredRate,
  rateBound,
  suboptimality,
} from "./rates.js";
export { type PairCheck, type SmoothnessReport, smoothness, smoothnessConstant } from "./smoothness.js";
export { stepSize } from "./step-size.js";
export { type StrongConvexityReport, strongConvexity, strongConvexityConstant } from "./strong-convexity.js";
export { type Walk, type WalkOptions, walk } from "./walk.js";
