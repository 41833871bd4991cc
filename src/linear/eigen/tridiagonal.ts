import { missing } from "../../missing.js";

/** A symmetric matrix as H·T·H', with T tridiagonal and H = H₁·H₂···, Hₖ = I − βₖ·uₖ·uₖ'. */
export interface Tridiagonal {
  /** The diagonal of T. */
  readonly diagonal: Float64Array;
  /** Beside it, one less. */
  readonly beside: Float64Array;
  /** uₖ as row k, zero up to its element k. */
  readonly reflectors: Float64Array;
  readonly betas: Float64Array;
}

/**
 * Turns a symmetric n × n matrix, of which only the lower half is read and which is written over, into a tridiagonal one by Householder
 * reflections: A ← A − u·w' − w·u' with w = β·A·u − (β²/2)(u'·A·u)·u. The update of one step and the product A·u of the next are made in
 * one pass, since moving A through memory is what takes the time.
 *
 * Source: Golub & Van Loan, Matrix Computations, 8.3.1.
 */
export const tridiagonalise = (A: Float64Array, n: number): Tridiagonal => {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(Math.max(0, n - 1));
  const reflectors = new Float64Array(n * n);
  const betas = new Float64Array(n);
  let u = new Float64Array(n);
  let w = new Float64Array(n);
  const next = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [uk, wk] = [u[k] ?? missing(), w[k] ?? missing()];
    diagonal[k] = (A[k * n + k] ?? missing()) - 2 * uk * wk;
    if (k === n - 1) break;
    // Column k below the diagonal, with the update that is still due.
    const a = new Float64Array(n);
    for (let i = k + 1; i < n; i++) {
      a[i] = (A[i * n + k] ?? missing()) - (u[i] ?? missing()) * wk - (w[i] ?? missing()) * uk;
    }
    const beta = reflect(a, k + 1, beside);
    betas[k] = beta;
    reflectors.set(a, k * n);
    updateAndMultiply(A, n, k + 1, u, w, a, next);
    let along = 0;
    for (let i = k + 1; i < n; i++) along += (a[i] ?? missing()) * (next[i] ?? missing());
    w = new Float64Array(n);
    for (let i = k + 1; i < n; i++) {
      w[i] = beta * ((next[i] ?? missing()) - (beta / 2) * along * (a[i] ?? missing()));
    }
    u = a;
  }
  return { diagonal, beside, reflectors, betas };
};

/** Turns a, from element `from` on, into the u of a reflection that leaves only that element, which goes to `beside`; returns β. */
const reflect = (a: Float64Array, from: number, beside: Float64Array): number => {
  let largest = 0;
  for (let i = from; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] ?? missing()));
  const first = a[from] ?? missing();
  let squares = 0;
  // Relative to the largest, so that no square overflows or vanishes.
  for (let i = from + 1; i < a.length; i++) squares += ((a[i] ?? missing()) / largest) ** 2;
  const norm = largest * Math.sqrt(squares + (first / largest) ** 2);
  if (largest === 0 || squares === 0) {
    beside[from - 1] = first;
    a.fill(0);
    return 0;
  }
  const kept = first > 0 ? -norm : norm;
  beside[from - 1] = kept;
  // u = (a − kept·e)/(first − kept), with u's first element 1.
  const head = first - kept;
  for (let i = from + 1; i < a.length; i++) a[i] = (a[i] ?? missing()) / head;
  a[from] = 1;
  return -head / kept;
};

/**
 * A ← A − u·w' − w·u' and p = A·x, for rows and columns from `from` on, in the lower half of A. Two rows at a time, so that the vectors
 * are fetched half as often, which is nearly twice as fast.
 */
const updateAndMultiply = (
  A: Float64Array,
  n: number,
  from: number,
  u: Float64Array,
  w: Float64Array,
  x: Float64Array,
  p: Float64Array,
): void => {
  /** Brings A_ij up to date, and adds its part of A·x: to p_i, and by symmetry to p_j. */
  const element = (i: number, j: number): void => {
    const value =
      (A[i * n + j] ?? missing()) -
      (u[i] ?? missing()) * (w[j] ?? missing()) -
      (w[i] ?? missing()) * (u[j] ?? missing());
    A[i * n + j] = value;
    p[i] = (p[i] ?? missing()) + value * (x[j] ?? missing());
    if (i !== j) p[j] = (p[j] ?? missing()) + value * (x[i] ?? missing());
  };
  p.fill(0);
  const start = from + ((n - from) % 2);
  if (start > from) element(from, from);
  for (let i = start; i < n; i += 2) {
    const k = i + 1;
    const [ui, wi, xi] = [u[i] ?? missing(), w[i] ?? missing(), x[i] ?? missing()];
    const [uk, wk, xk] = [u[k] ?? missing(), w[k] ?? missing(), x[k] ?? missing()];
    let [sumI, sumK] = [0, 0];
    for (let j = from; j < i; j++) {
      const [uj, wj, xj] = [u[j] ?? missing(), w[j] ?? missing(), x[j] ?? missing()];
      const a = (A[i * n + j] ?? missing()) - ui * wj - wi * uj;
      const b = (A[k * n + j] ?? missing()) - uk * wj - wk * uj;
      A[i * n + j] = a;
      A[k * n + j] = b;
      sumI += a * xj;
      sumK += b * xj;
      p[j] = (p[j] ?? missing()) + a * xi + b * xk;
    }
    p[i] = (p[i] ?? missing()) + sumI;
    p[k] = (p[k] ?? missing()) + sumK;
    element(i, i);
    element(k, i);
    element(k, k);
  }
};
