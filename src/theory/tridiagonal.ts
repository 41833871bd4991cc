import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";

/**
 * The eigenvalues of the symmetric tridiagonal matrix T with diagonal α and off-diagonal β, by QR steps with Wilkinson's
 * shift (Golub & Van Loan, Matrix Computations, 8.3), each to within ε·‖T‖. In no particular order.
 *
 * T = QΛQᵀ. Each of `rows`, a vector of T's size, is replaced by its product with Q: the last row of the identity becomes
 * the last components of the eigenvectors, all rows of the identity become Q.
 */
export const tridiagonalEigenvalues = (
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
  rows: readonly Float64Array[] = [],
): Float64Array => {
  const size = diagonal.length;
  const a = Float64Array.from(diagonal);
  // Entry k couples k and k + 1; the last couples nothing.
  const b = new Float64Array(size);
  for (let k = 0; k + 1 < size; k++) b[k] = offDiagonal[k] ?? missing();
  const scale = a.reduce(
    (largest, ak, k) => Math.max(largest, Math.abs(ak) + Math.abs(b[k] ?? missing())),
    0,
  );
  const negligible = (k: number) => Math.abs(b[k] ?? missing()) <= Number.EPSILON * scale;

  let sweepsLeft = 60 * size;
  for (let high = size - 1; high > 0; ) {
    if (negligible(high - 1)) {
      high -= 1;
      continue;
    }
    if (sweepsLeft-- === 0)
      throw new SteepestError("the eigenvalues of a tridiagonal matrix do not converge");
    let low = high - 1;
    while (low > 0 && !negligible(low - 1)) low -= 1;
    qrStep(a, b, low, high, rows);
  }
  return a;
};

/** One implicit QR step on the block low..high: a rotation brings in the shift, the others chase its bulge down. */
const qrStep = (
  a: Float64Array,
  b: Float64Array,
  low: number,
  high: number,
  rows: readonly Float64Array[],
): void => {
  const corner = b[high - 1] ?? missing();
  const half = ((a[high - 1] ?? missing()) - (a[high] ?? missing())) / 2;
  // Not corner²/(…), which is 0 or infinite for matrices far from 1.
  const shift =
    (a[high] ?? missing()) - corner * (corner / (half + (half < 0 ? -1 : 1) * Math.hypot(half, corner)));
  let x = (a[low] ?? missing()) - shift;
  let bulge = b[low] ?? missing();
  for (let k = low; k < high; k++) {
    const radius = Math.hypot(x, bulge);
    const c = radius === 0 ? 1 : x / radius;
    const s = radius === 0 ? 0 : bulge / radius;
    const [top, bottom, between] = [a[k] ?? missing(), a[k + 1] ?? missing(), b[k] ?? missing()];
    if (k > low) b[k - 1] = radius;
    a[k] = c * c * top + 2 * c * s * between + s * s * bottom;
    a[k + 1] = s * s * top - 2 * c * s * between + c * c * bottom;
    b[k] = c * s * (bottom - top) + (c * c - s * s) * between;
    x = b[k] ?? missing();
    if (k + 1 < high) {
      bulge = s * (b[k + 1] ?? missing());
      b[k + 1] = c * (b[k + 1] ?? missing());
    }
    for (const row of rows) {
      const [left, right] = [row[k] ?? missing(), row[k + 1] ?? missing()];
      row[k] = c * left + s * right;
      row[k + 1] = c * right - s * left;
    }
  }
};
