import { input, matmul, reshape, type Tensor } from "../../graph/index.js";
import { lanczos, type SymmetricOperator } from "../lanczos.js";
import type { Matrix } from "../matrix.js";
import type { Constant } from "../objective.js";

/** The inputs of a linear model, w [d], X [m, d] and y [m] in float64, and its predictions `Xw` [m]. */
export const linearModel = ({ rows, columns }: Matrix) => {
  const w = input("w", [columns], "float64");
  const x = input("X", [rows, columns], "float64");
  const y = input("y", [rows], "float64");
  // As a row: the gradient then is one row times X, for which no transposed copy of X is packed.
  const predictions = reshape(matmul(reshape(w, [1, columns]), x, { transposeB: true }), [rows]);
  return { w, x, y, predictions } satisfies Record<string, Tensor>;
};

/**
 * L and mu of a function whose Hessian lies between 2·lambda·I and `curvature`·XᵀX + 2·lambda·I. L is the upper end of the
 * bracket that Lanczos' method gives, so that 1/L is a step the theory allows.
 */
export const gramConstants = (
  { rows, columns }: Matrix,
  gram: SymmetricOperator,
  curvature: number,
  lambda: number,
): { largest: () => Promise<Constant>; smallest: () => Promise<Constant> } => {
  const penalty = lambda > 0 ? " + 2·lambda" : "";
  const factor = curvature === 1 ? "" : `${curvature} · `;
  return {
    largest: async () => {
      const { largest, steps } = await lanczos(gram, { ends: "largest" });
      return {
        value: curvature * (largest.value + largest.error) + 2 * lambda,
        certainty: largest.converged ? "exact" : "estimate",
        how: `${factor}lambda_max(X'X)${penalty} by Lanczos, ${steps} products`,
      };
    },
    smallest: async () => {
      if (columns > rows) {
        return {
          value: 2 * lambda,
          certainty: "exact",
          how: `lambda_min(X'X)${penalty}, where X has more columns than rows and so lambda_min(X'X) = 0`,
        };
      }
      const { smallest, steps } = await lanczos(gram);
      const positive = smallest.converged && smallest.value > smallest.error;
      return {
        value: (positive ? curvature * (smallest.value - smallest.error) : 0) + 2 * lambda,
        certainty: smallest.converged ? "exact" : "bound",
        how: positive
          ? `${factor}lambda_min(X'X)${penalty} by Lanczos, ${steps} products`
          : `lambda_min(X'X)${penalty}, where lambda_min(X'X) = 0 to within rounding: X is rank-deficient`,
      };
    },
  };
};
