import { type CompileOptions, compile } from "../../engine/compile.js";
import { input } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { divideAndConquer, type Eigen } from "./divide.js";
import { float64, multiplier } from "./multiply.js";
import { type Tridiagonal, tridiagonalise } from "./tridiagonal.js";

export type { Eigen };

/** Reflections that are applied at once. */
const BLOCK = 64;

/** The triangular T of H₁···H_b = I − Y'·T·Y, with the vectors of the reflections as rows of Y. Schreiber & Van Loan 1989. */
const compactForm = (Y: Float64Array, betas: Float64Array, n: number): Float64Array => {
  const T = new Float64Array(BLOCK * BLOCK);
  for (let j = 0; j < betas.length; j++) {
    const beta = betas[j] ?? missing();
    T[j * BLOCK + j] = beta;
    const products = Float64Array.from({ length: j }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < n; c++) sum += (Y[i * n + c] ?? missing()) * (Y[j * n + c] ?? missing());
      return sum;
    });
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += (T[i * BLOCK + k] ?? missing()) * (products[k] ?? missing());
      T[i * BLOCK + j] = -beta * sum;
    }
  }
  return T;
};

/** Every row x of `vectors` becomes H·x. */
const reflectBack = async (
  vectors: Float64Array,
  { reflectors, betas }: Tridiagonal,
  options: CompileOptions,
): Promise<Float64Array> => {
  const n = betas.length;
  const R = input("R", [n, n], "float64");
  const Y = input("Y", [BLOCK, n], "float64");
  const T = input("T", [BLOCK, BLOCK], "float64");
  const reflected = R.sub(R.matmul(Y, { transposeB: true }).matmul(T, { transposeB: true }).matmul(Y));
  const program = await compile({ inputs: [R, Y, T], outputs: { reflected } }, options);
  let rows = vectors;
  for (let end = Math.ceil(n / BLOCK) * BLOCK; end > 0; end -= BLOCK) {
    const block = new Float64Array(BLOCK * n);
    block.set(reflectors.subarray((end - BLOCK) * n, Math.min(end, n) * n));
    const part = betas.subarray(end - BLOCK, Math.min(end, n));
    const result = await program.run({ R: rows, Y: block, T: compactForm(block, part, n) });
    rows = float64(result.reflected);
  }
  await program.release();
  return rows;
};

/**
 * The eigenvalues of a symmetric n × n matrix, rising, and orthonormal eigenvectors as rows. Only its lower half is read, and it is
 * written over. Tridiagonal form, divide and conquer, and back; what is a product of matrices runs on the engine in float64.
 */
export const symmetricEigen = async (matrix: Float64Array, options: CompileOptions = {}): Promise<Eigen> => {
  const n = Math.round(Math.sqrt(matrix.length));
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i] ?? missing()));
  // A power of two, which rounds nothing; the matrix then has no number whose square overflows.
  const scale = largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
  for (let i = 0; i < matrix.length; i++) matrix[i] = (matrix[i] ?? missing()) / scale;
  const form = tridiagonalise(matrix, n);
  const { values, vectors } = await divideAndConquer(form.diagonal, form.beside, multiplier(options));
  return {
    values: values.map((value) => value * scale),
    vectors: await reflectBack(vectors, form, options),
  };
};
