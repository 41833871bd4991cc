export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type Fold,
  kFold,
} from "./cross-validation.js";
export {
  type ElasticNetOptions,
  elasticNet,
  type LassoOptions,
  lasso,
  type SparseFit,
  type SparseOptions,
} from "./elastic-net.js";
export { type Examples, examples, selectExamples } from "./examples.js";
export { type LinearFit, meanSquaredResidual, predict, residuals, rSquared } from "./fit.js";
export { type LeastSquaresFit, type LeastSquaresOptions, leastSquares } from "./least-squares.js";
export { type LogisticFit, type LogisticOptions, logisticRegression, probabilities } from "./logistic.js";
export {
  elasticNetPath,
  lambdaGrid,
  lambdaMax,
  lassoPath,
  type PathFit,
  type RidgePathOptions,
  ridgePath,
  type SparsePathOptions,
} from "./path.js";
export { type PolynomialFeatures, type PolynomialFeaturesOptions, polynomialFeatures } from "./polynomial.js";
export { type ClosedFormFit, type RidgeOptions, ridge } from "./ridge.js";
export { classProbabilities, type SoftmaxFit, softmaxRegression } from "./softmax.js";
