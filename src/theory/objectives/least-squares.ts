import { squaredNorm } from "../../graph/index.js";
import { checkLambda, checkMatrix, checkTargets, type Matrix } from "../matrix.js";
import { type Objective, objective } from "../objective.js";
import { products } from "../products.js";
import { gramConstants, linearModel } from "./regression.js";

/**
 * Ridge regression, `f(w) = ½‖y - Xw‖² + (lambda/2)‖w‖²` with X [m, d], y [m], w [d]: half of the lecture's
 * `‖Xw - y‖² + lambda·‖w‖²` with the same lambda and the same minimiser, `(XᵀX + lambda·I)⁻¹Xᵀy`.
 * L = lambda_max(XᵀX) + lambda, mu = lambda_min(XᵀX) + lambda.
 * Throws where shapes differ, where a number is not finite, or where lambda is negative.
 *
 * Source: the lecture, "Ridge Regression".
 */
export const ridge = (X: Matrix, y: Float64Array, lambda: number): Objective => {
  const name = lambda === 0 ? "least squares" : "ridge regression";
  checkMatrix(name, X);
  checkTargets(name, X, y);
  checkLambda(name, lambda);
  const model = linearModel(X);
  const loss = squaredNorm(model.y.sub(model.predictions)).mul(0.5);
  const withX = products(X);
  const { largest, smallest } = gramConstants(X, withX.gram, 1, lambda);
  const compiled = objective({
    name,
    parameters: model.w,
    value: lambda === 0 ? loss : loss.add(squaredNorm(model.w).mul(lambda / 2)),
    data: { X: X.values, y },
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
 * Linear regression, `f(w) = ½‖y - Xw‖²` with X [m, d], y [m], w [d]; `∇f(w) = XᵀXw - Xᵀy`.
 * L = lambda_max(XᵀX), mu = lambda_min(XᵀX).
 * Throws where shapes differ or a number is not finite.
 *
 * Source: the lecture, "GD for Linear regression".
 */
export const leastSquares = (X: Matrix, y: Float64Array): Objective => ridge(X, y, 0);
