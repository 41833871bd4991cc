/**
 * What the lecture claims, as functions of what was measured: the studies judge by them, and so do the lab's figures, at whatever
 * a reader has set there.
 */

export {
  type EqualNetwork,
  gradientNorms,
  hiddenGradient,
  type Trained,
  trainUnits,
} from "../initialization/identical.js";
export {
  type OpenStack,
  openStack,
  type Passed,
  type Signals,
  variancesOf,
} from "../initialization/signals.js";
export { claimsOf as raceClaims } from "../optimizer-race/claims.js";
export { type Contender, contenders } from "../optimizer-race/contenders.js";
export { searchRate, settledLoss } from "../optimizer-race/search.js";
export {
  descent,
  linearProblem,
  type Spread,
  stages,
  tabular,
  transformed,
} from "../preprocessing/linear.js";
export { ridgeAlong } from "../ridge-path/along.js";
export {
  curve,
  fine,
  noise,
  noisyQuadratic,
  polynomialExamples,
  truth,
} from "../shared/quadratic.js";
export { ballEdge, minimisersAlong, type Norm, planeOf, projectedGradient } from "../sparsity/plane.js";
export * from "./augmentation.js";
export * from "./batch-norm.js";
export * from "./convexity.js";
export * from "./descent.js";
export * from "./early-stopping.js";
export * from "./initialization.js";
export * from "./learning-theory.js";
export * from "./momentum.js";
export * from "./preprocessing.js";
export * from "./ridge.js";
export * from "./sparsity.js";
export * from "./training.js";
export * from "./weight-decay.js";
