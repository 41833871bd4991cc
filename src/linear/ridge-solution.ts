import { missing } from "../missing.js";
import { norm, scaled } from "../vector.js";
import { squaredNorm } from "./double-double.js";
import type { Columns } from "./orthogonal.js";
import { solveAugmented } from "./refined.js";
import { equilibrate, type Solution, solveLeastSquares } from "./solution.js";

/** `column` with `entry` in row `position` of `count` more rows. */
const extended = (column: Float64Array, count: number, position: number, entry: number): Float64Array => {
  const longer = new Float64Array(column.length + count);
  longer.set(column);
  longer[column.length + position] = entry;
  return longer;
};

/** As least squares with d examples more: ‖y − Xw‖² + λ‖w‖² = ‖[y; 0] − [X; √λ·I]w‖². */
const primal = (columns: Columns, y: Float64Array, lambda: number): Solution => {
  const d = columns.length;
  const taller = columns.map((column, j) => extended(column, d, j, Math.sqrt(lambda)));
  const target = new Float64Array(y.length + d);
  target.set(y);
  return solveLeastSquares(taller, target);
};

/** As the shortest z = [w; u] with Xw + √λ·u = y: there y − Xw = √λ·u, so that ‖y − Xw‖² + λ‖w‖² = λ‖z‖². */
const dual = (columns: Columns, y: Float64Array, lambda: number): Solution => {
  const [n, d] = [y.length, columns.length];
  const root = Math.sqrt(lambda);
  const examples = Array.from({ length: n }, (_, i) =>
    extended(
      Float64Array.from(columns, (column) => column[i] ?? missing()),
      n,
      i,
      root,
    ),
  );
  const matrix = equilibrate(examples);
  const scaledTargets = Float64Array.from(
    matrix.factor.order,
    (i) => (y[i] ?? missing()) / (matrix.scales[i] ?? missing()),
  );
  const { r, error, errors } = solveAugmented(
    matrix.columns,
    matrix.factor,
    new Float64Array(n + d),
    scaledTargets,
  );
  const residual = { high: scaled(r.high, root), low: scaled(r.low, root) };
  const square = squaredNorm(residual);
  const weights = r.high.slice(0, d);
  return {
    weights,
    weightsError: norm(errors.r.slice(0, d)) + Number.EPSILON * norm(weights),
    square,
    squareError: 2 * Math.sqrt(square) * root * error + (n + d) * Number.EPSILON * square,
    rank: d,
    rankIsCertain: true,
  };
};

/**
 * The minimiser of ‖y − Xw‖² + λ‖w‖² for λ > 0, by a factorisation of [X; √λ·I] or, where there are fewer examples than
 * features, of its dual form; refined in twice float64's digits.
 */
export const solveRidge = (columns: Columns, y: Float64Array, lambda: number): Solution => {
  const solution = (columns.length <= y.length ? primal : dual)(columns, y, lambda);
  // √λ is rounded, λ by up to ε·λ: that moves w by at most ε·‖w‖, since dw/dλ = −(X'X + λI)⁻¹w, and the minimum by ε·λ‖w‖².
  return {
    ...solution,
    weightsError: solution.weightsError + Number.EPSILON * norm(solution.weights),
    squareError: solution.squareError + Number.EPSILON * solution.square,
  };
};
