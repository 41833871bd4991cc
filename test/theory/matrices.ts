import { Matrix as Dense, EigenvalueDecomposition } from "ml-matrix";
import { random } from "../../src/random/random.js";
import type { Matrix } from "../../src/theory/index.js";

/** Orthonormal rows, by Gram-Schmidt on normal vectors. */
const orthonormalRows = (count: number, length: number, seed: number): Float64Array[] => {
  const stream = random(seed, "orthonormal");
  const rows: Float64Array[] = [];
  while (rows.length < count) {
    const v = new Float64Array(length);
    stream.fillNormal(v);
    for (let pass = 0; pass < 2; pass++) {
      for (const q of rows) {
        const overlap = v.reduce((total, vi, i) => total + vi * (q[i] ?? 0), 0);
        for (let i = 0; i < length; i++) v[i] = (v[i] ?? 0) - overlap * (q[i] ?? 0);
      }
    }
    const size = Math.sqrt(v.reduce((total, vi) => total + vi * vi, 0));
    rows.push(v.map((vi) => vi / size));
  }
  return rows;
};

/** X [m, d] with the given singular values (at most min(m, d) of them; the rest are 0) and random singular vectors. */
export const withSingularValues = (m: number, d: number, sigma: readonly number[], seed: number): Matrix => {
  const left = orthonormalRows(sigma.length, m, 2 * seed);
  const right = orthonormalRows(sigma.length, d, 2 * seed + 1);
  const values = new Float64Array(m * d);
  sigma.forEach((s, k) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < d; j++) {
        values[i * d + j] = (values[i * d + j] ?? 0) + s * (left[k]?.[i] ?? 0) * (right[k]?.[j] ?? 0);
      }
    }
  });
  return { rows: m, columns: d, values };
};

export const gaussian = (rows: number, columns: number, seed: number): Matrix => {
  const values = new Float64Array(rows * columns);
  random(seed, "gaussian matrix").fillNormal(values);
  return { rows, columns, values };
};

export const normals = (size: number, seed: number, sd = 1): Float64Array => {
  const values = new Float64Array(size);
  random(seed, "normal vector").fillNormal(values, 0, sd);
  return values;
};

export const dense = ({ rows, columns, values }: Matrix): Dense => Dense.from1DArray(rows, columns, values);

/** Eigenvalues of a symmetric matrix in ascending order, by ml-matrix. */
export const eigenvalues = (symmetric: Dense): number[] =>
  new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => a - b);

/** Eigenvalues of XᵀX in ascending order, by ml-matrix: those of the smaller Gram matrix, with zeros for the rest. */
export const gramEigenvalues = (X: Matrix): number[] => {
  const x = dense(X);
  const tall = X.rows >= X.columns;
  const values = eigenvalues(tall ? x.transpose().mmul(x) : x.mmul(x.transpose()));
  return [...Array.from({ length: X.columns - values.length }, () => 0), ...values];
};
