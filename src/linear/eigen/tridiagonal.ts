import { missing } from "../../missing.js";
import { dot } from "../../vector.js";
import { bindLoops, ROWS } from "./loops.js";
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

/** Bytes of a float64. */
const SIZE = 8;

/** The matrix, the u and w of a panel and two numbers, in the memory that the loops work on: vectors and rows begin at even places. */
class Work {
  readonly A: Float64Array;
  readonly us: Float64Array;
  readonly ws: Float64Array;
  readonly pair: Float64Array;
  /** Numbers from one row to the next. */
  readonly stride: number;
  readonly loops: ReturnType<typeof bindLoops>;

  constructor(readonly n: number) {
    this.stride = n + (n % 2);
    const lengths = [n * this.stride, PANEL * this.stride, PANEL * this.stride, 2];
    const bytes = SIZE * lengths.reduce((a, b) => a + b, 0);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 2 ** 16) });
    let offset = 0;
    const part = (length = 0): Float64Array => {
      const array = new Float64Array(memory.buffer, offset, length);
      offset += SIZE * length;
      return array;
    };
    this.A = part(lengths[0]);
    this.us = part(lengths[1]);
    this.ws = part(lengths[2]);
    this.pair = part(lengths[3]);
    this.loops = bindLoops(memory);
  }

  /** Vector number l of a panel. */
  vector(of: Float64Array, l: number): Float64Array {
    return of.subarray(l * this.stride, l * this.stride + this.n);
  }

  /** From the even place at or before `from` on: how many pairs are left, and the place in an array, in bytes. */
  pairsFrom(from: number): number {
    return (this.stride - (from & ~1)) / 2;
  }

  place(array: Float64Array, from: number): number {
    return array.byteOffset + SIZE * (from & ~1);
  }

  /** y ← y + a·u + b·w from element `from` on, and perhaps the one before. */
  addTwo(y: Float64Array, l: number, a: number, b: number, from: number): void {
    const [u, w] = [this.vector(this.us, l), this.vector(this.ws, l)];
    this.loops.addTwo(
      this.place(y, from),
      this.place(u, from),
      this.place(w, from),
      a,
      b,
      this.pairsFrom(from),
    );
  }

  /** u'·y and w'·y of vectors that are zero before element `from`. */
  twoProducts(l: number, y: Float64Array, from: number): readonly [number, number] {
    const [u, w] = [this.vector(this.us, l), this.vector(this.ws, l)];
    this.loops.twoProducts(
      this.pair.byteOffset,
      this.place(u, from),
      this.place(w, from),
      this.place(y, from),
      this.pairsFrom(from),
    );
    return [this.pair[0] ?? missing(), this.pair[1] ?? missing()];
  }

  /** p ← A·x for rows and columns from `from` on, of which A's lower half is read; x is zero before. */
  multiplySymmetric(from: number, x: Float64Array, p: Float64Array): void {
    const { A, n, stride } = this;
    p.fill(0);
    /** Adds what A_ij of row i, left of the diagonal or on it, gives to p_i, and by symmetry to p_j. */
    const rest = (i: number, start: number): void => {
      for (let j = start; j <= i; j++) {
        const value = A[i * stride + j] ?? missing();
        p[i] = (p[i] ?? missing()) + value * (x[j] ?? missing());
        if (i !== j) p[j] = (p[j] ?? missing()) + value * (x[i] ?? missing());
      }
    };
    const even = from & ~1;
    let i = n - ROWS;
    for (; i >= from; i -= ROWS) {
      const pairs = (i - even) >> 1;
      this.loops.symmetricRows(
        this.place(A, i * stride + even),
        SIZE * stride,
        this.place(x, from),
        this.place(p, from),
        x.byteOffset + SIZE * i,
        p.byteOffset + SIZE * i,
        pairs,
      );
      for (let r = i; r < i + ROWS; r++) rest(r, Math.max(from, even + 2 * pairs));
    }
    for (let r = from; r < i + ROWS; r++) rest(r, from);
    // What the even place before brought along.
    if (even < from) p[even] = 0;
  }
}

/**
 * Turns a symmetric n × n matrix, of which only the lower half is read, into a tridiagonal one by Householder
 * reflections: A ← A − u·w' − w·u' with w = β·A·u − (β²/2)(u'·A·u)·u. Moving A through memory is what takes the time: it is read once for
 * each column, for A·u, and written once for each panel of columns, by a product of matrices.
 *
 * Sources: Golub & Van Loan, Matrix Computations, 8.3.1; Dongarra, Sorensen & Hammarling 1989 (panels).
 */
export const tridiagonalise = async (
  matrix: Float64Array,
  n: number,
  multiply: Multiply,
): Promise<Tridiagonal> => {
  const work = new Work(n);
  const { A, us, ws, stride } = work;
  for (let i = 0; i < n; i++) A.set(matrix.subarray(i * n, (i + 1) * n), i * stride);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(Math.max(0, n - 1));
  const reflectors = new Float64Array(n * n);
  const betas = new Float64Array(n);
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    for (let k = start; k < end; k++) {
      const a = work.vector(us, k - start);
      for (let i = k; i < n; i++) a[i] = A[i * stride + k] ?? missing();
      for (let l = 0; l < k - start; l++) {
        const [u, w] = [us[l * stride + k] ?? missing(), ws[l * stride + k] ?? missing()];
        work.addTwo(a, l, -w, -u, k);
      }
      diagonal[k] = a[k] ?? missing();
      a.fill(0, 0, k + 1);
      if (k === n - 1) break;
      const beta = reflect(a, k + 1, beside);
      betas[k] = beta;
      reflectors.set(a, k * n);
      const w = work.vector(ws, k - start);
      work.multiplySymmetric(k + 1, a, w);
      for (let l = 0; l < k - start; l++) {
        const [alongU, alongW] = work.twoProducts(l, a, k + 1);
        work.addTwo(w, l, -alongW, -alongU, k + 1);
      }
      const along = dot(w, a, k + 1);
      w.fill(0, 0, k + 1);
      for (let i = k + 1; i < n; i++) {
        w[i] = beta * ((w[i] ?? missing()) - (beta / 2) * along * (a[i] ?? missing()));
      }
    }
    if (end < n) await subtract(work, end, multiply);
  }
  return { diagonal, beside, reflectors, betas };
};

/** A ← A − Σ (u·w' + w·u') in the lower half, for rows and columns from `from` on, with all vectors of a panel. */
const subtract = async ({ A, us, ws, n, stride }: Work, from: number, multiply: Multiply): Promise<void> => {
  const inner = 2 * PANEL;
  const left = new Float64Array((n - from) * inner);
  const right = new Float64Array(inner * n);
  for (let l = 0; l < PANEL; l++) {
    for (let i = from; i < n; i++) {
      left[(i - from) * inner + l] = us[l * stride + i] ?? missing();
      left[(i - from) * inner + PANEL + l] = ws[l * stride + i] ?? missing();
    }
    right.set(ws.subarray(l * stride, l * stride + n), l * n);
    right.set(us.subarray(l * stride, l * stride + n), (PANEL + l) * n);
  }
  const product = await multiply(left, inner, right, n);
  for (let i = from; i < n; i++) {
    for (let j = from; j <= i; j++) {
      A[i * stride + j] = (A[i * stride + j] ?? missing()) - (product[(i - from) * n + j] ?? missing());
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
