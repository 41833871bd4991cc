import { SteepestError } from "../../errors.js";
import { softplus, squaredNorm, sum } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { checkLambda, checkMatrix, checkTargets, type Matrix } from "../matrix.js";
import { type Objective, objective } from "../objective.js";
import { products } from "../products.js";
import { gramConstants, linearModel } from "./regression.js";

/**
 * Logistic regression, `f(w) = Σᵢ log(1 + exp(-yᵢ·xᵢᵀw)) + (lambda/2)‖w‖²` with X [m, d], y [m] of -1 and +1, w [d].
 * L = lambda_max(XᵀX)/4 + lambda, attained at w = 0; mu = lambda, approached far out.
 * Throws where shapes differ, where a number is not finite, where a label is not -1 or +1, or where lambda is negative.
 *
 * Source: Boyd & Vandenberghe, Convex Optimization, 7.1.1.
 */
export const logistic = (X: Matrix, y: Float64Array, lambda: number): Objective => {
  const name = "logistic regression";
  checkMatrix(name, X);
  checkTargets(name, X, y);
  checkLambda(name, lambda);
  const bad = y.findIndex((label) => label !== 1 && label !== -1);
  if (bad >= 0) throw new SteepestError(`${name}: y[${bad}] is ${y[bad]}; give labels -1 and +1`);
  const model = linearModel(X);
  const loss = sum(softplus(model.y.mul(model.predictions).neg()));
  const withX = products(X);
  const compiled = objective({
    name,
    parameters: model.w,
    value: lambda === 0 ? loss : loss.add(squaredNorm(model.w).mul(lambda / 2)),
    data: { X: X.values, y },
    constants: {
      smoothness: gramConstants(X, withX.gram, 1 / 4, lambda).largest,
      strongConvexity: async () => ({
        value: lambda,
        certainty: "bound",
        how: "lambda: the loss itself is convex and flattens far out",
      }),
    },
    roundingFloor: X.rows,
  });
  return {
    ...compiled,
    release: async () => {
      await Promise.all([compiled.release(), withX.release()]);
    },
  };
};

/** Whether w puts every example on its label's side: then `f` with lambda = 0 falls towards 0 along w and has no minimiser. */
export const separates = async (X: Matrix, y: Float64Array, w: Float64Array): Promise<boolean> => {
  const withX = products(X);
  try {
    return (await withX.times(w)).every((prediction, i) => prediction * (y[i] ?? missing()) > 0);
  } finally {
    await withX.release();
  }
};
