import { missing } from "../missing.js";

/** A matrix as its columns, all of one length. */
export type Columns = readonly Float64Array[];

/**
 * `A·P = Q·R` by Householder reflections, at every step of the column that is longest beside those already taken. The first
 * `rank` columns are independent; what is left of the others is rounding. Each reflection begins at the row with the column's
 * largest number, so that rows far smaller than others keep their digits.
 * Sources: Golub & Van Loan, Matrix Computations, 5.4.2; Cox and Higham (1998), "Stability of Householder QR factorization for
 * weighted least squares problems".
 */
export interface Orthogonal {
  readonly rank: number;
  /** Numbers of the columns in the order taken. */
  readonly order: readonly number[];
  /** |R_kk| of the last column taken over the first: small where the columns are nearly dependent. */
  readonly smallestPivot: number;
  /** Row k ≥ 0 of R, of columns in the order taken: R_kj. */
  entry(k: number, j: number): number;
  /** v ← Q'v. */
  rotate(v: Float64Array): void;
  /** v ← Qv. */
  rotateBack(v: Float64Array): void;
  /** R₁⁻¹b for the independent columns, b and result in the order taken. */
  solve(b: Float64Array): Float64Array;
  /** R₁⁻ᵀb. */
  solveTransposed(b: Float64Array): Float64Array;
}

/** A product of two vectors from element `from` on. */
const dotFrom = (a: Float64Array, b: Float64Array, from: number): number => {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += (a[i] ?? missing()) * (b[i] ?? missing());
  return sum;
};

/** v ← v − factor·u from element `from` on. */
const subtractFrom = (v: Float64Array, factor: number, u: Float64Array, from: number): void => {
  for (let i = from; i < v.length; i++) v[i] = (v[i] ?? missing()) - factor * (u[i] ?? missing());
};

const swap = (v: Float64Array, i: number, j: number): void => {
  const before = v[i] ?? missing();
  v[i] = v[j] ?? missing();
  v[j] = before;
};

/** Where the largest number of v from element `from` on is. */
const largestFrom = (v: Float64Array, from: number): number => {
  let largest = from;
  for (let i = from; i < v.length; i++) {
    if (Math.abs(v[i] ?? missing()) > Math.abs(v[largest] ?? missing())) largest = i;
  }
  return largest;
};

/** Below this share of what it was, the rest of a squared length is computed anew: differences of squares lose digits. */
const CANCELLED = 1e-6;

/** What centring, scaling and factoring leave of a dependent column in few dimensions, in units of ε; at most 3 were met. */
const ROUNDINGS = 8;

/** Factors a matrix whose columns should have similar lengths. Columns shorter than `tolerance` times the longest count as dependent. */
export const orthogonalise = (
  columns: Columns,
  tolerance = (ROUNDINGS + Math.max(columns.length, columns[0]?.length ?? 0)) * Number.EPSILON,
): Orthogonal => {
  const rows = columns[0]?.length ?? 0;
  const work = columns.map((column) => column.slice());
  const order = columns.map((_, j) => j);
  const at = (k: number) => work[order[k] ?? missing()] ?? missing();
  const left = work.map((column) => dotFrom(column, column, 0));
  const known = left.slice();
  const diagonal: number[] = [];
  const scales: number[] = [];
  const pivotRows: number[] = [];

  for (let k = 0; k < Math.min(rows, columns.length); k++) {
    let longest = k;
    for (let j = k; j < order.length; j++) {
      if ((left[order[j] ?? missing()] ?? missing()) > (left[order[longest] ?? missing()] ?? missing()))
        longest = j;
    }
    [order[k], order[longest]] = [order[longest] ?? missing(), order[k] ?? missing()];
    const u = at(k);
    const length = Math.sqrt(dotFrom(u, u, k));
    if (!(length > tolerance * Math.abs(diagonal[0] ?? length)) || length === 0) break;
    const row = largestFrom(u, k);
    for (let j = k; j < order.length; j++) swap(at(j), k, row);
    pivotRows.push(row);
    const head = u[k] ?? missing();
    const pivot = head > 0 ? -length : length;
    // u becomes the reflection's vector; I − u·u'/scale maps the column to pivot·e_k.
    u[k] = head - pivot;
    const scale = -pivot * (u[k] ?? missing());
    diagonal.push(pivot);
    scales.push(scale);
    for (let j = k + 1; j < order.length; j++) {
      const v = at(j);
      subtractFrom(v, dotFrom(u, v, k) / scale, u, k);
      const number = order[j] ?? missing();
      const rest = (left[number] ?? missing()) - (v[k] ?? missing()) ** 2;
      if (rest > CANCELLED * (known[number] ?? missing())) left[number] = rest;
      else left[number] = known[number] = dotFrom(v, v, k + 1);
    }
  }

  const rank = diagonal.length;
  const entry = (k: number, j: number) => (j === k ? (diagonal[k] ?? missing()) : (at(j)[k] ?? missing()));
  const reflect = (v: Float64Array, k: number) =>
    subtractFrom(v, dotFrom(at(k), v, k) / (scales[k] ?? missing()), at(k), k);
  return {
    rank,
    order,
    smallestPivot: rank === 0 ? 0 : Math.abs((diagonal[rank - 1] ?? missing()) / (diagonal[0] ?? missing())),
    entry,
    rotate: (v) => {
      for (let k = 0; k < rank; k++) {
        swap(v, k, pivotRows[k] ?? missing());
        reflect(v, k);
      }
    },
    rotateBack: (v) => {
      for (let k = rank - 1; k >= 0; k--) {
        reflect(v, k);
        swap(v, k, pivotRows[k] ?? missing());
      }
    },
    solve: (b) => {
      const x = b.slice(0, rank);
      for (let k = rank - 1; k >= 0; k--) {
        x[k] = (x[k] ?? missing()) / entry(k, k);
        const column = at(k);
        for (let i = 0; i < k; i++)
          x[i] = (x[i] ?? missing()) - (column[i] ?? missing()) * (x[k] ?? missing());
      }
      return x;
    },
    solveTransposed: (b) => {
      const x = b.slice(0, rank);
      for (let k = 0; k < rank; k++) {
        const column = at(k);
        for (let i = 0; i < k; i++)
          x[k] = (x[k] ?? missing()) - (column[i] ?? missing()) * (x[i] ?? missing());
        x[k] = (x[k] ?? missing()) / entry(k, k);
      }
      return x;
    },
  };
};
