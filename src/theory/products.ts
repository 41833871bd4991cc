import { input, matmul } from "../graph/index.js";
import { largestOf, powerBelow, scaled } from "../vector.js";
import type { SymmetricOperator } from "./lanczos.js";
import { checkMatrix, type Matrix } from "./matrix.js";
import { float64, lazyProgram } from "./program.js";

/** Products with one fixed matrix X [m, d], computed by the engine from X itself. */
export interface Products {
  /** `Xv` of length m. */
  times(v: Float64Array): Promise<Float64Array>;
  /** `Xᵀu` of length d. */
  transposeTimes(u: Float64Array): Promise<Float64Array>;
  /**
   * `v ↦ Xᵀ(Xv)` for a tall X and `u ↦ X(Xᵀu)` for a wide one. Both have the same eigenvalues other than 0; a wide X
   * has d - m zeros more. Neither product forms a Gram matrix.
   */
  readonly gram: SymmetricOperator;
  /** `gram` of X/unit, whose products neither overflow nor vanish: unit is the power of 2 just below X's largest number. */
  readonly scaledGram: SymmetricOperator & { readonly unit: number };
  /** Frees the engine's memory. */
  release(): Promise<void>;
}

/**
 * Products with a fixed matrix in float64. X is fed to the compiled graphs at each run and is not copied.
 * Throws where X is empty or holds NaN.
 */
export const products = (X: Matrix): Products => {
  checkMatrix("products", X);
  const { rows, columns, values } = X;
  const tall = rows >= columns;
  const small = Math.min(rows, columns);
  const work = rows * columns;

  const x = input("X", [rows, columns], "float64");
  const v = input("v", [columns, 1], "float64");
  const u = input("u", [rows, 1], "float64");
  const side = tall ? v : u;

  const forward = lazyProgram({ inputs: [x, v], outputs: { product: matmul(x, v) }, work });
  const backward = lazyProgram({
    inputs: [x, u],
    outputs: { product: matmul(u, x, { transposeA: true }) },
    work,
  });
  const unit = powerBelow(largestOf(values));
  const gram = lazyProgram({
    inputs: [x, side],
    outputs: {
      product: tall
        ? matmul(matmul(x, v).mul(1 / unit), x, { transposeA: true })
        : matmul(x, matmul(u, x, { transposeA: true }).mul(1 / unit), { transposeB: true }),
    },
    work,
  });

  const shape = { dimension: small, roundoff: (rows + columns) * Number.EPSILON };
  const applyScaled = async (vector: Float64Array) => {
    const feed = scaled(vector, 1 / unit);
    return float64((await gram.run(tall ? { X: values, v: feed } : { X: values, u: feed })).product);
  };

  return {
    times: async (vector) => float64((await forward.run({ X: values, v: vector })).product),
    transposeTimes: async (vector) => float64((await backward.run({ X: values, u: vector })).product),
    gram: {
      ...shape,
      apply: async (vector) => scaled(await applyScaled(scaled(vector, unit)), unit),
    },
    scaledGram: { ...shape, unit, apply: applyScaled },
    release: async () => {
      await Promise.all([forward, backward, gram].map((program) => program.release()));
    },
  };
};
