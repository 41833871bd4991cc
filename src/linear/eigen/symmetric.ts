import { type CompileOptions, compile } from "../../engine/compile.js";
import { input } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { divideAndConquer, type Eigen } from "./divide.js";
import { float64, multiplier } from "./multiply.js";
import { type Tridiagonal, tridiagonalise } from "./tridiagonal.js";

export type { Eigen };

/** Reflections that are applied at once. */
const BLOCK = 256;

/**
 * The triangular T of H₁···H_b = I − Y'·T·Y, where the rows of Y are the vectors of the reflections and `products` is Y·Y'.
 * Schreiber & Van Loan 1989.
 */
const compactForm = (products: Float64Array, betas: Float64Array): Float64Array => {
  const T = new Float64Array(BLOCK * BLOCK);
  for (let j = 0; j < betas.length; j++) {
    const beta = betas[j] ?? missing();
    T[j * BLOCK + j] = beta;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) {
        sum += (T[i * BLOCK + k] ?? missing()) * (products[k * BLOCK + j] ?? missing());
      }
      T[i * BLOCK + j] = -beta * sum;
    }
  }
  return T;
};

/** Columns of an n × n matrix from number `from` on. */
const columnsFrom = (matrix: Float64Array, n: number, from: number): Float64Array => {
  const width = n - from;
  const columns = new Float64Array(n * width);
  for (let i = 0; i < n; i++) columns.set(matrix.subarray(i * n + from, (i + 1) * n), i * width);
  return columns;
};

/** Every row x of `vectors` becomes H·x, in place. A block of reflections changes the columns from its first on. */
const reflectBack = async (
  vectors: Float64Array,
  { reflectors, betas }: Tridiagonal,
  options: CompileOptions,
): Promise<void> => {
  const n = betas.length;
  for (let from = Math.floor((n - 1) / BLOCK) * BLOCK; from >= 0; from -= BLOCK) {
    const width = n - from;
    const rows = Math.min(BLOCK, width);
    const Y = input("Y", [BLOCK, width], "float64");
    const block = new Float64Array(BLOCK * width);
    for (let i = 0; i < rows; i++) {
      block.set(reflectors.subarray((from + i) * n + from, (from + i + 1) * n), i * width);
    }
    const gram = await compile(
      { inputs: [Y], outputs: { products: Y.matmul(Y, { transposeB: true }) } },
      options,
    );
    const { products } = await gram.run({ Y: block });
    await gram.release();

    const R = input("R", [n, width], "float64");
    const T = input("T", [BLOCK, BLOCK], "float64");
    const reflected = R.sub(R.matmul(Y, { transposeB: true }).matmul(T, { transposeB: true }).matmul(Y));
    const program = await compile({ inputs: [R, Y, T], outputs: { reflected } }, options);
    const form = compactForm(float64(products), betas.subarray(from, from + rows));
    const result = await program.run({ R: columnsFrom(vectors, n, from), Y: block, T: form });
    await program.release();
    const columns = float64(result.reflected);
    for (let i = 0; i < n; i++) {
      vectors.set(columns.subarray(i * width, (i + 1) * width), i * n + from);
    }
  }
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
  const { multiply, release } = multiplier(options);
  const form = await tridiagonalise(matrix, n, multiply);
  const { values, vectors } = await divideAndConquer(form.diagonal, form.beside, multiply);
  await release();
  await reflectBack(vectors, form, options);
  return { values: values.map((value) => value * scale), vectors };
};
