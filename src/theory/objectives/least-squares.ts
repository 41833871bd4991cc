import { squaredNorm } from "../../graph/index.js";
import { checkLambda, checkMatrix, checkTargets, type Matrix } from "../matrix.js";
import { type Objective, objective } from "../objective.js";
import { products } from "../products.js";
import { curvatureScales, gramConstants, linearModel } from "./regression.js";

/** `scale·‖y - Xw‖² + lambda·‖w‖²`. */
const penalisedSquares = (
  name: string,
  X: Matrix,
  y: Float64Array,
  { scale, lambda }: { readonly scale: number; readonly lambda: number },
): Objective => {
  checkMatrix(name, X);
  checkTargets(name, X, y);
  checkLambda(name, lambda);
  const model = linearModel(X);
  const loss = squaredNorm(model.y.sub(model.predictions)).mul(scale);
  const withX = products(X);
  const { largest, smallest } = gramConstants(X, withX.scaledGram, 2 * scale, lambda);
  const compiled = objective({
    name,
    parameters: model.w,
    value: lambda === 0 ? loss : loss.add(squaredNorm(model.w).mul(lambda)),
    data: { X: X.values, y },
    roundingScales: curvatureScales(X, 2 * scale, lambda),
    constants: { smoothness: largest, strongConvexity: smallest },
  });
  return {
    ...compiled,
    release: async () => {
      await Promise.all([compiled.release(), withX.release()]);
    },
  };
};

/**
 * Ridge regression, `f(w) = ‖y - Xw‖² + lambda·‖w‖²` with X [m, d], y [m], w [d]: the sum of the squares, without the ½ of
 * `leastSquaresObjective`, as the lecture writes the two. The minimiser is `(XᵀX + lambda·I)⁻¹Xᵀy`, as of `linearModels.ridge`.
 * L = 2·lambda_max(XᵀX) + 2·lambda, mu = 2·lambda_min(XᵀX) + 2·lambda.
 * Throws where shapes differ, where a number is not finite, or where lambda is negative.
 *
 * Source: the lecture, "Ridge Regression".
 */
export const ridgeObjective = (X: Matrix, y: Float64Array, lambda: number): Objective =>
  penalisedSquares("ridge regression", X, y, { scale: 1, lambda });

/**
 * Linear regression, `f(w) = ½‖y - Xw‖²` with X [m, d], y [m], w [d]; `∇f(w) = XᵀXw - Xᵀy`.
 * L = lambda_max(XᵀX), mu = lambda_min(XᵀX).
 * Throws where shapes differ or a number is not finite.
 *
 * Source: the lecture, "GD for Linear regression".
 */
export const leastSquaresObjective = (X: Matrix, y: Float64Array): Objective =>
  penalisedSquares("least squares", X, y, { scale: 1 / 2, lambda: 0 });
