import { missing } from "../../missing.js";
import { dot } from "../../vector.js";
import type { Multiply } from "./multiply.js";

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

/** Columns that are eliminated before the rest of the matrix is brought up to date. */
const PANEL = 32;

/**
 * Turns a symmetric n × n matrix, of which only the lower half is read and which is written over, into a tridiagonal one by Householder
 * reflections: A ← A − u·w' − w·u' with w = β·A·u − (β²/2)(u'·A·u)·u. Moving A through memory is what takes the time: it is read once for
 * each column, for A·u, and written once for each panel of columns, by a product of matrices.
 *
 * Sources: Golub & Van Loan, Matrix Computations, 8.3.1; Dongarra, Sorensen & Hammarling 1989 (panels).
 */
export const tridiagonalise = async (
  A: Float64Array,
  n: number,
  multiply: Multiply,
): Promise<Tridiagonal> => {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(Math.max(0, n - 1));
  const reflectors = new Float64Array(n * n);
  const betas = new Float64Array(n);
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    const us: Float64Array[] = [];
    const ws: Float64Array[] = [];
    for (let k = start; k < end; k++) {
      const a = new Float64Array(n);
      for (let i = k; i < n; i++) a[i] = A[i * n + k] ?? missing();
      us.forEach((u, l) => {
        const w = ws[l] ?? missing();
        addTimes(a, u, -(w[k] ?? missing()), k);
        addTimes(a, w, -(u[k] ?? missing()), k);
      });
      diagonal[k] = a[k] ?? missing();
      if (k === n - 1) break;
      a[k] = 0;
      const beta = reflect(a, k + 1, beside);
      betas[k] = beta;
      reflectors.set(a, k * n);
      const w = multiplySymmetric(A, n, k + 1, a);
      us.forEach((u, l) => {
        const before = ws[l] ?? missing();
        const [alongU, alongW] = [dot(u, a, k + 1), dot(before, a, k + 1)];
        addTimes(w, u, -alongW, k + 1);
        addTimes(w, before, -alongU, k + 1);
      });
      const along = dot(w, a, k + 1);
      for (let i = k + 1; i < n; i++) {
        w[i] = beta * ((w[i] ?? missing()) - (beta / 2) * along * (a[i] ?? missing()));
      }
      us.push(a);
      ws.push(w);
    }
    if (end < n) await subtract(A, n, end, us, ws, multiply);
  }
  return { diagonal, beside, reflectors, betas };
};

/** y ← y + factor·x from element `from` on. */
const addTimes = (y: Float64Array, x: Float64Array, factor: number, from: number): void => {
  for (let i = from; i < y.length; i++) y[i] = (y[i] ?? missing()) + factor * (x[i] ?? missing());
};

/** A ← A − Σ (u·w' + w·u') in the lower half, for rows and columns from `from` on. */
const subtract = async (
  A: Float64Array,
  n: number,
  from: number,
  us: readonly Float64Array[],
  ws: readonly Float64Array[],
  multiply: Multiply,
): Promise<void> => {
  const inner = 2 * us.length;
  const left = new Float64Array((n - from) * inner);
  for (const [l, vector] of [...us, ...ws].entries()) {
    for (let i = from; i < n; i++) left[(i - from) * inner + l] = vector[i] ?? missing();
  }
  const right = new Float64Array(inner * n);
  for (const [l, vector] of [...ws, ...us].entries()) right.set(vector, l * n);
  const product = await multiply(left, inner, right, n);
  for (let i = from; i < n; i++) {
    for (let j = from; j <= i; j++) {
      A[i * n + j] = (A[i * n + j] ?? missing()) - (product[(i - from) * n + j] ?? missing());
    }
  }
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
 * A·x for rows and columns from `from` on, of which A's lower half is read. Two rows at a time, so that the vectors are fetched half as
 * often.
 */
const multiplySymmetric = (A: Float64Array, n: number, from: number, x: Float64Array): Float64Array => {
  const p = new Float64Array(n);
  /** Adds what A_ij gives to p_i, and by symmetry to p_j. */
  const element = (i: number, j: number): void => {
    const value = A[i * n + j] ?? missing();
    p[i] = (p[i] ?? missing()) + value * (x[j] ?? missing());
    if (i !== j) p[j] = (p[j] ?? missing()) + value * (x[i] ?? missing());
  };
  const start = from + ((n - from) % 2);
  if (start > from) element(from, from);
  for (let i = start; i < n; i += 2) {
    const k = i + 1;
    const [xi, xk] = [x[i] ?? missing(), x[k] ?? missing()];
    const [rowI, rowK] = [i * n, k * n];
    let sumI = 0;
    let sumK = 0;
    for (let j = from; j < i; j++) {
      const a = A[rowI + j] ?? missing();
      const b = A[rowK + j] ?? missing();
      const xj = x[j] ?? missing();
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
  return p;
};
