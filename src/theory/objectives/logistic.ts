import { softplus, squaredNorm, sum } from "../../graph/index.js";
import { binaryLabels } from "../../linear/labels.js";
import { missing } from "../../missing.js";
import { checkLambda, checkMatrix, checkTargets, type Matrix } from "../matrix.js";
import { type Objective, objective } from "../objective.js";
import { products } from "../products.js";
import { curvatureScales, gramConstants, linearModel } from "./regression.js";

/**
 * Logistic regression, `f(w) = Σᵢ log(1 + exp(zᵢ)) - yᵢ·zᵢ + lambda·‖w‖²`, z = Xw, with X [m, d], w [d] and y [m] of the
 * classes 0 and 1 (or -1 and +1, see `binaryLabels`): the function that `linearModels.logisticRegression` minimises.
 * L = lambda_max(XᵀX)/4 + 2·lambda, attained at w = 0; mu = 2·lambda, approached far out.
 * Throws where shapes differ, where a number is not finite, where y holds anything but two classes, or where lambda is
 * negative.
 *
 * Source: Boyd & Vandenberghe, Convex Optimization, 7.1.1.
 */
export const logisticObjective = (X: Matrix, y: Float64Array, lambda: number): Objective => {
  const name = "logistic regression";
  checkMatrix(name, X);
  checkTargets(name, X, y);
  checkLambda(name, lambda);
  // With s = 2y - 1 of -1 and +1 the loss is log(1 + exp(-s·z)), in which nothing cancels.
  const signs = binaryLabels(name, y).map((label) => 2 * label - 1);
  const model = linearModel(X);
  const loss = sum(softplus(model.y.mul(model.predictions).neg()));
  const withX = products(X);
  const compiled = objective({
    name,
    parameters: model.w,
    value: lambda === 0 ? loss : loss.add(squaredNorm(model.w).mul(lambda)),
    data: { X: X.values, y: signs },
    constants: {
      smoothness: gramConstants(X, withX.scaledGram, 1 / 4, lambda).largest,
      strongConvexity: async () => ({
        value: 2 * lambda,
        certainty: "exact",
        how: "2·lambda: the loss itself is convex and flattens far out",
      }),
    },
    roundingFloor: X.rows,
    roundingScales: curvatureScales(X, 1 / 4, lambda),
  });
  return {
    ...compiled,
    release: async () => {
      await Promise.all([compiled.release(), withX.release()]);
    },
  };
};

/** Whether w puts every example of classes 0 and 1 on its own side: then `f` with lambda = 0 falls towards 0 along w and has no minimiser. */
export const separates = async (X: Matrix, y: Float64Array, w: Float64Array): Promise<boolean> => {
  const withX = products(X);
  try {
    return (await withX.times(w)).every((prediction, i) => prediction * (2 * (y[i] ?? missing()) - 1) > 0);
  } finally {
    await withX.release();
  }
};
