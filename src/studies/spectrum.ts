import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { type RandomStream, random } from "../random/random.js";
import type { Matrix } from "../theory/index.js";

/** `size` columns of length `rows`, orthonormal, in a uniformly random direction. */
const orthonormal = (rows: number, size: number, stream: RandomStream): Dense =>
  new QrDecomposition(
    new Dense(Array.from({ length: rows }, () => Array.from({ length: size }, () => stream.normal()))),
  ).orthogonalMatrix;

const fromDense = (dense: Dense): Matrix => ({
  rows: dense.rows,
  columns: dense.columns,
  values: Float64Array.from(dense.to1DArray()),
});

/**
 * A random matrix [rows, columns] whose non-zero singular values are the ones given, at most min(rows, columns) of them,
 * with its right singular vectors in the same order.
 */
export const matrixWithSingularValues = (
  rows: number,
  columns: number,
  singularValues: readonly number[],
  seed: number,
): { readonly matrix: Matrix; readonly right: readonly Float64Array[] } => {
  const stream = random(seed, "matrix with singular values");
  const left = orthonormal(rows, singularValues.length, stream);
  const right = orthonormal(columns, singularValues.length, stream);
  return {
    matrix: fromDense(left.mmul(Dense.diag([...singularValues])).mmul(right.transpose())),
    right: singularValues.map((_, i) => Float64Array.from(right.getColumn(i))),
  };
};

/** A random symmetric matrix with the given eigenvalues, and its eigenvectors as rows in the same order. */
export const symmetricWithEigenvalues = (
  eigenvalues: readonly number[],
  seed: number,
): { readonly matrix: Matrix; readonly vectors: readonly Float64Array[] } => {
  const size = eigenvalues.length;
  const vectors = orthonormal(size, size, random(seed, "eigenvectors"));
  const product = vectors.mmul(Dense.diag([...eigenvalues])).mmul(vectors.transpose());
  // Equal to the last bit on both sides of the diagonal, which rounding does not promise.
  return {
    matrix: fromDense(product.clone().add(product.transpose()).mul(0.5)),
    vectors: eigenvalues.map((_, i) => Float64Array.from(vectors.getColumn(i))),
  };
};
