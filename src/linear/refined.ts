import { missing } from "../missing.js";
import { norm, scaled } from "../vector.js";
import { add, addProduct, type DoubleDouble, difference, dotProduct, doubleDouble } from "./double-double.js";
import type { Columns, Orthogonal } from "./orthogonal.js";

/** r and x of `r + A·x = f, A'r = g`, in about 32 digits as far as refinement converged. */
export interface Refined {
  readonly r: DoubleDouble;
  /** In the order in which the factorisation took the columns. */
  readonly x: DoubleDouble;
  /** How far r may be from the solution, as ‖·‖; infinite where refinement did not converge. */
  readonly error: number;
  /** How far each element of r and of x may be; likewise. */
  readonly errors: { readonly r: Float64Array; readonly x: Float64Array };
}

/** Corrections below this share of the first are as small as 32 digits allow. */
const FINISHED = 2 ** -100;

/** Corrections that shrink by less than this each time do not bound what is left. */
const SHRINKING = 1 / 2;

/** Corrections that stop shrinking here have reached the last digits; before, the columns are too nearly dependent. */
const REACHED = 2 ** -60;

/**
 * Solves the augmented system `[I A; A' 0]·[r; x] = [f; g]`: for g = 0 least squares (x minimises ‖f − Ax‖ and r is the
 * residual), for f = 0 the shortest r with A'r = g. The factorisation in float64 gives corrections, residuals are taken in twice
 * the digits; each correction is smaller by about ε times the condition of A.
 * Source: Björck (1967), "Iterative refinement of linear least squares solutions".
 */
export const solveAugmented = (
  columns: Columns,
  factor: Orthogonal,
  f: Float64Array,
  g: Float64Array = new Float64Array(factor.rank),
): Refined => {
  const r = doubleDouble(new Float64Array(f.length));
  const x = doubleDouble(new Float64Array(factor.rank));
  const column = (k: number) => columns[factor.order[k] ?? missing()] ?? missing();
  const target = doubleDouble(f);
  let first = 0;
  let before = Infinity;
  for (let step = 0; step < 100; step++) {
    const fitted = { high: r.high.slice(), low: r.low.slice() };
    for (let k = 0; k < factor.rank; k++)
      addProduct(fitted, column(k), x.high[k] ?? missing(), x.low[k] ?? missing());
    const missed = difference(target, fitted);
    const slope = Float64Array.from({ length: factor.rank }, (_, k) => {
      const [high, low] = dotProduct(column(k), r);
      return (g[k] ?? missing()) - high - low;
    });
    // With Q'·missed = [c; rest] and R'h = slope: dr = Q·[h; rest] and R·dx = c − h.
    const h = factor.solveTransposed(slope);
    factor.rotate(missed);
    const along = h.map((value, k) => (missed[k] ?? missing()) - value);
    missed.set(h);
    factor.rotateBack(missed);
    add(r, missed);
    const correction = factor.solve(along);
    add(x, correction);
    const size = norm(missed) + norm(along);
    if (step === 0) first = size;
    if (!Number.isFinite(size)) break;
    const off = (factor: number) => ({
      error: factor * size,
      errors: { r: scaled(missed, factor), x: scaled(correction, factor) },
    });
    if (size <= FINISHED * first) return { r, x, ...off(1) };
    if (size > SHRINKING * before && size <= REACHED * first) return { r, x, ...off(4) };
    if (size > SHRINKING * before) break;
    before = size;
  }
  const unknown = (v: DoubleDouble) => v.high.map(() => Infinity);
  return { r, x, error: Infinity, errors: { r: unknown(r), x: unknown(x) } };
};
