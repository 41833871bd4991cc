import { SteepestError } from "../../errors.js";
import { input, matmul, reshape, type Tensor } from "../../graph/index.js";
import { equilibrate, isDependent } from "../../linear/solution.js";
import { missing } from "../../missing.js";
import { largestOf, norm } from "../../vector.js";
import { lanczos } from "../lanczos.js";
import { columnsOf, type Matrix } from "../matrix.js";
import type { Constant } from "../objective.js";
import type { Products } from "../products.js";

/** The inputs of a linear model, w [d], X [m, d] and y [m] in float64, and its predictions `Xw` [m]. */
export const linearModel = ({ rows, columns }: Matrix) => {
  const w = input("w", [columns], "float64");
  const x = input("X", [rows, columns], "float64");
  const y = input("y", [rows], "float64");
  // As a row: the gradient then is one row times X, for which no transposed copy of X is packed.
  const predictions = reshape(matmul(reshape(w, [1, columns]), x, { transposeB: true }), [rows]);
  return { w, x, y, predictions } satisfies Record<string, Tensor>;
};

/** √(Hⱼⱼ/2) of the diagonal of H = `curvature`·XᵀX + 2·lambda·I: see `Rounding.scales`. */
export const curvatureScales = (X: Matrix, curvature: number, lambda: number): Float64Array =>
  Float64Array.from(columnsOf(X), (column) =>
    Math.hypot(Math.sqrt(curvature / 2) * norm(column), Math.sqrt(lambda)),
  );

/** X'X in a unit in which its numbers are near 1: `unit²` times the operator. */
type ScaledGram = Products["scaledGram"];

/** Numbers below lose digits: float64 holds them, but not in full. */
const smallestNormal = 2 ** -1022;

/** Products with X'X leave an eigenvalue accurate to this share of it, or X itself is factored. */
const accurate = 1e-9;

/** Rows times columns squared up to which X is factored for mu: about a minute. */
const affordable = 3e10;

/**
 * `lambda_min(XᵀX)/unit²`: by Lanczos' method where that gives nine digits of it, else from a QR factorisation of X, in which the
 * units of the columns do not matter: with X = QRD it is the inverse of the largest eigenvalue of `D⁻¹R⁻¹R⁻ᵀD⁻¹`.
 */
const smallestGramEigenvalue = async (
  X: Matrix,
  gram: ScaledGram,
): Promise<Constant & { readonly zero: boolean }> => {
  if (X.columns > X.rows) {
    const how = "lambda_min(X'X) = 0, since X has more columns than rows";
    return { value: 0, certainty: "exact", zero: true, how };
  }
  const { smallest, steps } = await lanczos(gram);
  if (smallest.converged && smallest.error <= accurate * smallest.value) {
    const how = `lambda_min(X'X) by Lanczos, ${steps} products`;
    return { value: smallest.value - smallest.error, certainty: "exact", zero: false, how };
  }
  if (X.rows * X.columns ** 2 > affordable) {
    const how =
      "at least: lambda_min(X'X) is small beside lambda_max(X'X), and X is too large to be factored";
    return { value: 0, certainty: "bound", zero: true, how };
  }
  const matrix = equilibrate(columnsOf(X));
  const { factor, scales } = matrix;
  if (factor.rank < X.columns) {
    return isDependent(matrix)
      ? {
          value: 0,
          certainty: "exact",
          zero: true,
          how: `lambda_min(X'X) = 0: X is rank-deficient, ${factor.rank} of its ${X.columns} columns are independent`,
        }
      : {
          value: 0,
          certainty: "bound",
          zero: true,
          how: `at least: float64 cannot tell X from a rank-deficient one, of whose ${X.columns} columns ${factor.rank} are independent`,
        };
  }
  // In the unit of the shortest column, in which the inverse has no numbers that are too large.
  const shortest = scales.reduce((least, scale) => Math.min(least, scale), Infinity);
  const relative = scales.map((scale) => shortest / scale);
  const inOrder = (v: Float64Array) =>
    Float64Array.from(factor.order, (j) => (v[j] ?? missing()) * (relative[j] ?? missing()));
  const roundoff = (8 * X.columns * Number.EPSILON) / factor.smallestPivot;
  const inverse = await lanczos(
    {
      dimension: X.columns,
      roundoff: Math.min(roundoff, 1 / 2),
      apply: async (v) => {
        const solved = factor.solve(factor.solveTransposed(inOrder(v)));
        const product = new Float64Array(X.columns);
        factor.order.forEach((j, k) => {
          product[j] = (solved[k] ?? missing()) * (relative[j] ?? missing());
        });
        return product;
      },
    },
    { ends: "largest" },
  );
  const { value, error, converged } = inverse.largest;
  const exact = converged && error <= accurate * value;
  return {
    value: (shortest / gram.unit) * (shortest / gram.unit / (value + error)),
    certainty: exact ? "exact" : "bound",
    zero: false,
    how: `${exact ? "" : "at least "}lambda_min(X'X) from a QR factorisation of X`,
  };
};

/**
 * L and mu of a function whose Hessian lies between 2·lambda·I and `curvature`·XᵀX + 2·lambda·I. L is the upper end of the
 * bracket that Lanczos' method gives, so that 1/L is a step the theory allows; mu is the lower end.
 */
export const gramConstants = (
  X: Matrix,
  gram: ScaledGram,
  curvature: number,
  lambda: number,
): { largest: () => Promise<Constant>; smallest: () => Promise<Constant> } => {
  const penalty = lambda > 0 ? " + 2·lambda" : "";
  const factor = curvature === 1 ? "" : `${curvature} · `;
  const inUnits = (eigenvalue: number) => gram.unit * (gram.unit * (curvature * eigenvalue));
  return {
    largest: async () => {
      const { largest, steps } = await lanczos(gram, { ends: "largest" });
      const value = inUnits(largest.value + largest.error) + 2 * lambda;
      const size = largestOf(X.values);
      if (size > 0 && !(value >= smallestNormal && value < Infinity)) {
        throw new SteepestError(
          `X has numbers up to ${size.toPrecision(3)}, so that L is too ${size > 1 ? "large" : "small"} for float64; multiply X by a number that brings them near 1`,
        );
      }
      return {
        value,
        certainty: largest.converged ? "exact" : "estimate",
        how: `${factor}lambda_max(X'X)${penalty} by Lanczos, ${steps} products`,
      };
    },
    smallest: async () => {
      const { value: scaledValue, certainty, how, zero } = await smallestGramEigenvalue(X, gram);
      const value = inUnits(scaledValue);
      if (!zero && value < smallestNormal) {
        const bound = "at least: lambda_min(X'X) is too small for float64";
        return { value: 2 * lambda, certainty: "bound", how: lambda > 0 ? `2·lambda; ${bound}` : bound };
      }
      return {
        value: value + 2 * lambda,
        certainty,
        how: zero ? (lambda > 0 ? `2·lambda; ${how}` : how) : `${factor}${how}${penalty}`,
      };
    },
  };
};
