import { EigenvalueDecomposition, Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { missing } from "../missing.js";
import type { Centred } from "./centre.js";
import { gram, normalEquations } from "./gram.js";
import { orthogonalise } from "./orthogonal.js";
import { examplesOf, type Rows, targetsOf, timesTransposed, transposed, withTarget } from "./rows.js";

/**
 * The singular value decomposition X = U·diag(s)·V' of centred inputs, as far as linear models need it: every
 * solution of the least-squares family is V·diag(f(s))·U'y for some filter f.
 */
export interface Spectrum {
  /** Singular values, min(n, d) of them, largest first. */
  readonly singular: Float64Array;
  /** V·diag(f(s))·U'y, d numbers. */
  weights(filter: (s: number) => number): Float64Array;
}

/**
 * The triangular factor R of A = QR, width × width, by Householder QR (ml-matrix) of one chunk of rows after the other,
 * each stacked under the R so far: the condition number is that of A, not its square as in A'A.
 */
export const triangularFactor = ({ count, width, read }: Rows): Matrix => {
  const step = Math.max(1024, 4 * width);
  let R = Matrix.zeros(width, width);
  for (let start = 0; start < count; start += step) {
    const rows = Math.min(step, count - start);
    const stacked = Matrix.zeros(width + rows, width);
    stacked.setSubMatrix(R, 0, 0);
    stacked.setSubMatrix(Matrix.from1DArray(rows, width, read(start, start + rows)), width, 0);
    R = new QrDecomposition(stacked).upperTriangularMatrix;
  }
  return R;
};

const columnOf = (M: Matrix, k: number) => Float64Array.from(M.getColumn(k));

/** M·diag(factors)·v. */
const filtered = (M: Matrix, factors: Float64Array): Float64Array =>
  Float64Array.from({ length: M.rows }, (_, i) =>
    M.getRow(i).reduce((s, m, k) => s + m * (factors[k] ?? missing()), 0),
  );

/** M'v. */
const project = (M: Matrix, v: Float64Array): Float64Array =>
  Float64Array.from({ length: M.columns }, (_, k) =>
    columnOf(M, k).reduce((s, m, i) => s + m * (v[i] ?? missing()), 0),
  );

/** By QR and SVD of X itself, as accurate as float64 allows. O(n·d·min(n, d)) in JavaScript: for small or hard problems. */
export const spectrum = (centred: Centred): Spectrum => {
  const { n, d } = centred;
  if (d <= n) {
    const R = triangularFactor(withTarget(centred));
    const svd = new SingularValueDecomposition(R.subMatrix(0, d - 1, 0, d - 1));
    const projected = project(svd.leftSingularVectors, columnOf(R, d).slice(0, d));
    const singular = Float64Array.from(svd.diagonal);
    return {
      singular,
      weights: (filter) =>
        filtered(
          svd.rightSingularVectors,
          singular.map((s, k) => filter(s) * (projected[k] ?? missing())),
        ),
    };
  }
  // X'P = QR with R = W·S·Z' gives X = (PZ)·S·(QW)', so U = PZ and V = QW; X'U/s would lose the digits that U has lost in s.
  const { order, rank, entry, rotateBack } = orthogonalise(examplesOf(centred), 0);
  const R = Matrix.zeros(n, n);
  for (let k = 0; k < rank; k++) for (let j = k; j < n; j++) R.set(k, j, entry(k, j));
  const svd = new SingularValueDecomposition(R);
  const target = targetsOf(centred);
  const projected = project(
    svd.rightSingularVectors,
    Float64Array.from(order, (i) => target[i] ?? missing()),
  );
  const singular = Float64Array.from(svd.diagonal);
  return {
    singular,
    weights: (filter) => {
      const weights = new Float64Array(d);
      weights.set(
        filtered(
          svd.leftSingularVectors,
          singular.map((s, k) => filter(s) * (projected[k] ?? missing())),
        ),
      );
      rotateBack(weights);
      return weights;
    },
  };
};

/**
 * With U and s² known from XX': V·f(s)·U'y = X'·U·(f(s)/s)·U'y. Accurate where f(s)/s does not grow much as s falls, as for ridge with
 * a λ that is not small beside s₁².
 */
const fromLeft = (centred: Centred, singular: Float64Array, U: Matrix): Spectrum => {
  const projected = project(U, targetsOf(centred));
  return {
    singular,
    weights: (filter) => {
      const factors = singular.map((s, k) => (s > 0 ? (filter(s) / s) * (projected[k] ?? missing()) : 0));
      return timesTransposed(centred, filtered(U, factors));
    },
  };
};

const symmetricEigen = (A: Float64Array, m: number) => {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(m, m, A), {
    assumeSymmetric: true,
  });
  // Ascending order from the decomposition; rounding may leave small negative values.
  const order = realEigenvalues.map((_, k) => m - 1 - k);
  const singular = Float64Array.from(order, (k) => Math.sqrt(Math.max(realEigenvalues[k] ?? missing(), 0)));
  return { singular, vectors: eigenvectorMatrix.subMatrixColumn(order) };
};

/**
 * By one eigendecomposition of X'X, or of XX' when d > n, made by the engine: far faster for many examples, but singular
 * values below 10⁻⁸ of the largest are lost.
 */
export const gramSpectrum = async (centred: Centred): Promise<Spectrum> => {
  const { n, d } = centred;
  if (d > n) {
    const { singular, vectors } = symmetricEigen(await gram(transposed(centred)), n);
    return fromLeft(centred, singular, vectors);
  }
  const { G, b } = await normalEquations(withTarget(centred));
  const { singular, vectors } = symmetricEigen(G, d);
  const projected = project(vectors, b);
  return {
    singular,
    weights: (filter) =>
      filtered(
        vectors,
        singular.map((s, k) => (s > 0 ? (filter(s) / s) * (projected[k] ?? missing()) : 0)),
      ),
  };
};
