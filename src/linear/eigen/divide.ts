import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { missing } from "../../missing.js";
import type { Multiply } from "./multiply.js";
import { secularRoot } from "./secular.js";

/** Eigenvalues in rising order, and the eigenvector of each as a row of n numbers. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Matrices up to this size are left to a plain method. */
const SMALL = 32;

/**
 * The eigenvectors of a symmetric tridiagonal matrix by divide and conquer: T is two tridiagonal halves and a matrix of rank one,
 * T = diag(T₁, T₂) + ρ·v·v'; with T₁ = Q₁D₁Q₁' and T₂ = Q₂D₂Q₂' what remains is D + ρ·z·z', whose eigenvalues are the roots of the secular
 * equation. Nearly all of the work is one product of matrices for every division.
 *
 * Sources: Cuppen 1981; Gu & Eisenstat 1994 (weights computed anew from the roots, so that eigenvectors are orthogonal).
 */
export const divideAndConquer = async (
  diagonal: Float64Array,
  beside: Float64Array,
  multiply: Multiply,
): Promise<Eigen> => {
  const n = diagonal.length;
  if (n <= SMALL) return smallEigen(diagonal, beside);
  const half = n >> 1;
  const joint = beside[half - 1] ?? missing();
  const rho = Math.abs(joint);
  const upper = diagonal.slice(0, half);
  const lower = diagonal.slice(half);
  upper[half - 1] = (upper[half - 1] ?? missing()) - rho;
  lower[0] = (lower[0] ?? missing()) - rho;
  const first = await divideAndConquer(upper, beside.subarray(0, half - 1), multiply);
  const second = await divideAndConquer(lower, beside.subarray(half), multiply);
  return joined(first, second, rho, Math.sign(joint), multiply);
};

const smallEigen = (diagonal: Float64Array, beside: Float64Array): Eigen => {
  const n = diagonal.length;
  const matrix = Matrix.zeros(n, n);
  diagonal.forEach((value, i) => {
    matrix.set(i, i, value);
  });
  beside.forEach((value, i) => {
    matrix.set(i, i + 1, value).set(i + 1, i, value);
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return inOrder(
    Float64Array.from(realEigenvalues),
    Float64Array.from(eigenvectorMatrix.transpose().to1DArray()),
  );
};

/** Eigenvalues in rising order, vectors with them. */
const inOrder = (values: Float64Array, vectors: Float64Array): Eigen => {
  const n = values.length;
  const order = Uint32Array.from(values.keys()).sort(
    (a, b) => (values[a] ?? missing()) - (values[b] ?? missing()),
  );
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => {
    sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (from) => values[from] ?? missing()), vectors: sorted };
};

/** The eigenvectors of diag(T₁, T₂) + ρ·v·v' from those of T₁ and T₂. */
const joined = async (
  first: Eigen,
  second: Eigen,
  rho: number,
  sign: number,
  multiply: Multiply,
): Promise<Eigen> => {
  const [m, n] = [first.values.length, first.values.length + second.values.length];
  const values = Float64Array.from([...first.values, ...second.values]);
  const vectors = new Float64Array(n * n);
  const z = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [half, row, width] = k < m ? [first, k, m] : [second, k - m, n - m];
    const vector = half.vectors.subarray(row * width, (row + 1) * width);
    vectors.set(vector, k * n + (k < m ? 0 : m));
    z[k] = (k < m ? (vector[m - 1] ?? missing()) : sign * (vector[0] ?? missing())) / Math.SQRT2;
  }
  const kept = deflate(values, z, vectors, 2 * rho);
  if (kept.length === 0) return inOrder(values, vectors);
  const d = Float64Array.from(kept, (k) => values[k] ?? missing());
  const zKept = Float64Array.from(kept, (k) => z[k] ?? missing());
  const { roots, rotation } = rankOne(d, zKept, 2 * rho);
  const rows = new Float64Array(kept.length * n);
  kept.forEach((k, row) => {
    rows.set(vectors.subarray(k * n, (k + 1) * n), row * n);
  });
  const turned = await multiply(rotation, kept.length, rows, n);
  kept.forEach((k, row) => {
    values[k] = roots[row] ?? missing();
    vectors.set(turned.subarray(row * n, (row + 1) * n), k * n);
  });
  return inOrder(values, vectors);
};

/**
 * The numbers, by rising value, of the vectors that the matrix of rank one changes. One whose z is nothing beside rounding stays as it
 * is; and of two with equal values, one stays after a rotation of both.
 */
const deflate = (values: Float64Array, z: Float64Array, vectors: Float64Array, rho: number): number[] => {
  const n = values.length;
  const largest = (numbers: Float64Array) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const tolerance = 8 * Number.EPSILON * Math.max(largest(values), largest(z));
  const order = Uint32Array.from(values.keys()).sort(
    (a, b) => (values[a] ?? missing()) - (values[b] ?? missing()),
  );
  const kept: number[] = [];
  for (const k of order) {
    if (rho * Math.abs(z[k] ?? missing()) <= tolerance) continue;
    const before = kept.at(-1);
    if (before !== undefined && rotated(values, z, vectors, before, k, tolerance)) kept.pop();
    kept.push(k);
  }
  return kept;

  function rotated(
    d: Float64Array,
    weights: Float64Array,
    rows: Float64Array,
    i: number,
    k: number,
    limit: number,
  ): boolean {
    const [di, dk] = [d[i] ?? missing(), d[k] ?? missing()];
    const length = Math.hypot(weights[i] ?? missing(), weights[k] ?? missing());
    const c = (weights[k] ?? missing()) / length;
    const s = -(weights[i] ?? missing()) / length;
    if (Math.abs((dk - di) * c * s) > limit) return false;
    weights[k] = length;
    weights[i] = 0;
    d[i] = di * c * c + dk * s * s;
    d[k] = di * s * s + dk * c * c;
    for (let j = 0; j < n; j++) {
      const [x, y] = [rows[i * n + j] ?? missing(), rows[k * n + j] ?? missing()];
      rows[i * n + j] = c * x + s * y;
      rows[k * n + j] = c * y - s * x;
    }
    return true;
  }
};

/** The eigenvalues of diag(d) + ρ·z·z', and its eigenvectors as rows. */
const rankOne = (
  d: Float64Array,
  z: Float64Array,
  rho: number,
): { roots: Float64Array; rotation: Float64Array } => {
  const n = d.length;
  const weights = z.map((value) => rho * value * value);
  const roots = new Float64Array(n);
  /** d_i − λ_j at (j, i), with all digits. */
  const rotation = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const { origin, tau } = secularRoot(d, weights, j);
    const shift = d[origin] ?? missing();
    roots[j] = shift + tau;
    for (let i = 0; i < n; i++) rotation[j * n + i] = (d[i] ?? missing()) - shift - tau;
  }
  // The z of which the roots found are the exact ones, but for a factor.
  const exact = new Float64Array(n).fill(1);
  for (let j = 0; j < n; j++) {
    const dj = d[j] ?? missing();
    for (let i = 0; i < n; i++) {
      const difference = rotation[j * n + i] ?? missing();
      exact[i] = (exact[i] ?? missing()) * (i === j ? -difference : difference / ((d[i] ?? missing()) - dj));
    }
  }
  for (let i = 0; i < n; i++) {
    exact[i] = Math.sign(z[i] ?? missing()) * Math.sqrt(Math.abs(exact[i] ?? missing()));
  }
  for (let j = 0; j < n; j++) {
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = (exact[i] ?? missing()) / (rotation[j * n + i] ?? missing());
      rotation[j * n + i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    for (let i = 0; i < n; i++) rotation[j * n + i] = (rotation[j * n + i] ?? missing()) / norm;
  }
  return { roots, rotation };
};
