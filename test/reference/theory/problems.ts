import { random } from "../../../src/random/random.js";
import type { Matrix } from "../../../src/theory/index.js";

/** A least-squares problem whose columns have scales from 1e-8 to 1e8. */
export interface UnlikeScales {
  readonly X: Matrix;
  readonly y: Float64Array;
  /** 0 for least squares, else ridge. */
  readonly lambda: number;
}

/**
 * One of many problems, numbered by `seed`: X = A·B·diag(10^u) with A [m, rank], B [rank, d] and u uniform in [-8, 8]; y = Xw + noise, of a
 * size of 0 (an exact fit, but for rounding), 1e-6 or 1. A third have factors of small whole numbers and powers of 2 as scales, so that
 * their columns are dependent exactly, not to within rounding; a fifth are ridge.
 */
export const unlikeScales = (seed: number): UnlikeScales => {
  const draws = random(seed, "columns of unlike scale");
  const [columns, extra] = [1 + draws.integer(8), draws.integer(20)];
  const rows = draws.uniform() < 0.15 ? 1 + draws.integer(columns) : columns + 1 + extra;
  const rank = 1 + draws.integer(Math.min(rows, columns));
  const whole = draws.uniform() < 1 / 3;
  const entry = () => (whole ? draws.integer(9) - 4 : draws.normal());
  const A = Array.from({ length: rows }, () => Array.from({ length: rank }, entry));
  const B = Array.from({ length: rank }, () => Array.from({ length: columns }, entry));
  const scales = Array.from({ length: columns }, () => {
    const power = 16 * draws.uniform() - 8;
    return whole ? 2 ** Math.round(power * Math.log2(10)) : 10 ** power;
  });
  const values = new Float64Array(rows * columns);
  A.forEach((a, i) => {
    scales.forEach((scale, j) => {
      values[i * columns + j] = scale * a.reduce((sum, ak, k) => sum + ak * (B[k]?.[j] ?? Number.NaN), 0);
    });
  });
  // A column of zeros has nothing to be scaled.
  for (let j = 0; j < columns; j++) {
    if (A.every((_, i) => values[i * columns + j] === 0)) values[j] = scales[j] ?? Number.NaN;
  }
  const truth = scales.map((scale) => draws.normal() / scale);
  const noise = [0, 1e-6, 1][draws.integer(3)] ?? Number.NaN;
  const y = Float64Array.from(A, (_, i) =>
    truth.reduce((sum, w, j) => sum + w * (values[i * columns + j] ?? Number.NaN), noise * draws.normal()),
  );
  const lambda = draws.uniform() < 0.2 ? 10 ** (8 * draws.uniform() - 4) : 0;
  return { X: { rows, columns, values }, y, lambda };
};

/** As JSON, whose numbers are the float64 numbers exactly. */
const asJson = ({ X, y, lambda }: UnlikeScales) => ({
  columns: Array.from({ length: X.columns }, (_, j) =>
    Array.from({ length: X.rows }, (_, i) => X.values[i * X.columns + j]),
  ),
  y: Array.from(y),
  lambda,
});

if (process.argv[1]?.endsWith("problems.ts")) {
  const count = Number(process.argv[2]);
  const problems = Array.from({ length: count }, (_, seed) => asJson(unlikeScales(seed)));
  process.stdout.write(`${JSON.stringify({ problems })}\n`);
}
