import { missing } from "../missing.js";
import { norm } from "../vector.js";
import { squaredNorm } from "./double-double.js";
import { type Columns, type Orthogonal, orthogonalise } from "./orthogonal.js";
import { type Refined, solveAugmented } from "./refined.js";

/** A least-squares solution with what is known about it. */
export interface Solution {
  /** The minimiser of ‖y − Aw‖² closest to the start. */
  readonly weights: Float64Array;
  /** Bound on the distance of `weights` from it; infinite where there is none. */
  readonly weightsError: number;
  /** ‖y − Aw‖² at the minimum over the independent columns. */
  readonly square: number;
  /** How far that may be from the exact number for the columns as given; infinite where unknown. */
  readonly squareError: number;
  /** Number of independent columns. */
  readonly rank: number;
  /** Whether the rank is that of the numbers as given, not only to within float64's rounding. */
  readonly rankIsCertain: boolean;
}

/** The matrix with columns of length 1 to 2, by powers of 2, so that no digit changes: units do not decide on dependence. */
export interface Equilibrated {
  readonly columns: Columns;
  /** Column j of the matrix is `scales[j]` times the column here. */
  readonly scales: Float64Array;
  readonly factor: Orthogonal;
}

export const equilibrate = (columns: Columns, tolerance?: number): Equilibrated => {
  const scales = Float64Array.from(columns, (column) => {
    const size = norm(column);
    return size === 0 ? 1 : 2 ** Math.floor(Math.log2(size));
  });
  const scaled = columns.map((column, j) => column.map((x) => x / (scales[j] ?? missing())));
  return { columns: scaled, scales, factor: orthogonalise(scaled, tolerance) };
};

/** Residuals below this share of a column are those of a dependence in the numbers themselves, not of their rounding to 2⁻⁵³. */
const DEPENDENT = 2 ** -80;

/** Whether the columns not taken are combinations of the others as far as 32 digits show. */
export const isDependent = ({ columns, factor }: Equilibrated): boolean =>
  factor.order.slice(factor.rank).every((j) => {
    const column = columns[j] ?? missing();
    const { r, error } = solveAugmented(columns, factor, column);
    return Math.sqrt(squaredNorm(r)) + error <= DEPENDENT * (1 + norm(column));
  });

/** Pivots that may keep refinement from converging. */
const NEARLY = 2 ** -30;

/** The solution that uses the independent columns only. */
const basic = ({ columns, scales, factor }: Equilibrated, y: Float64Array) => {
  const solved = solveAugmented(columns, factor, y);
  const weights = new Float64Array(columns.length);
  for (let k = 0; k < factor.rank; k++) {
    const j = factor.order[k] ?? missing();
    weights[j] = (solved.x.high[k] ?? missing()) / (scales[j] ?? missing());
  }
  return { ...solved, weights };
};

/** The weights closest to `start` that give the same fit: without their part orthogonal to the rows of R. */
const closest = (
  { columns, scales, factor }: Equilibrated,
  weights: Float64Array,
  start: Float64Array,
): Float64Array => {
  const rows = Array.from({ length: factor.rank }, (_, k) => {
    const row = new Float64Array(columns.length);
    for (let p = k; p < columns.length; p++) {
      const j = factor.order[p] ?? missing();
      row[j] = factor.entry(k, p) * (scales[j] ?? missing());
    }
    return row;
  });
  const from = weights.map((w, j) => w - (start[j] ?? missing()));
  const space = equilibrate(rows);
  const { r } = solveAugmented(space.columns, space.factor, from);
  return weights.map((w, j) => w - (r.high[j] ?? missing()));
};

const squareOf = ({ r, error }: Refined, y: Float64Array) => {
  const square = squaredNorm(r);
  const squareError = 2 * Math.sqrt(square) * error + error ** 2 + r.high.length * Number.EPSILON * square;
  // What is left of a target that is fitted exactly is rounding, in 32 digits; the number itself is 0.
  const nothing = Math.sqrt(square) <= Math.max(8 * error, 2 ** -95 * norm(y));
  return nothing ? { square: 0, squareError: square + squareError } : { square, squareError };
};

/**
 * Minimises ‖y − Aw‖² by a factorisation of A itself, not of A'A, and refinement in twice float64's digits. Where many w do,
 * the one closest to `start`. Columns of any units: each is measured in its own.
 */
export const solveLeastSquares = (
  columns: Columns,
  y: Float64Array,
  start: Float64Array = new Float64Array(columns.length),
): Solution => {
  let matrix = equilibrate(columns);
  let solved = basic(matrix, y);
  // Where refinement does not converge, the last column is a combination of the others as far as float64 shows: weights of it fit noise.
  while (solved.error === Infinity && matrix.factor.rank > 0 && matrix.factor.smallestPivot < NEARLY) {
    matrix = equilibrate(columns, 2 * matrix.factor.smallestPivot);
    solved = basic(matrix, y);
  }
  const { rank } = matrix.factor;
  const rankIsCertain = rank === Math.min(columns.length, y.length) || isDependent(matrix);
  const { square, squareError } = squareOf(solved, y);
  const known = {
    square,
    squareError: rankIsCertain ? squareError : Infinity,
    rank,
    rankIsCertain,
  };
  if (rank === columns.length) {
    const missed = solved.errors.x.map(
      (error, k) => error / (matrix.scales[matrix.factor.order[k] ?? missing()] ?? missing()),
    );
    const weightsError = norm(missed) + Number.EPSILON * norm(solved.weights);
    return { ...known, weights: solved.weights, weightsError };
  }
  return { ...known, weights: closest(matrix, solved.weights, start), weightsError: Infinity };
};
