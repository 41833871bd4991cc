import { type Matrix, SingularValueDecomposition } from "ml-matrix";
import { missing } from "../missing.js";
import { powerIteration } from "./power.js";
import type { Rows } from "./rows.js";
import { triangularFactor } from "./spectrum.js";

/** Singular values below this part of the largest are rounding errors of their decomposition. */
const NOISE = 1e-14;

/** (R'R)⁻¹v by two substitutions, which keep tiny singular values that the decomposition rounds away. */
const inverseGram = (R: Matrix, v: Float64Array): Float64Array => {
  const m = R.rows;
  const x = v.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < i; j++) x[i] = (x[i] ?? missing()) - R.get(j, i) * (x[j] ?? missing());
    x[i] = (x[i] ?? missing()) / R.get(i, i);
  }
  for (let i = m - 1; i >= 0; i--) {
    for (let j = i + 1; j < m; j++) x[i] = (x[i] ?? missing()) - R.get(i, j) * (x[j] ?? missing());
    x[i] = (x[i] ?? missing()) / R.get(i, i);
  }
  return x;
};

/**
 * The condition number s₁/s_d of a matrix, from the singular values of its triangular factor; beyond 10¹⁴ to about 1 %,
 * by inverse iteration. Infinity for dependent columns, more columns than rows among them.
 */
export const conditionOf = (rows: Rows): number => {
  if (rows.width > rows.count) return Infinity;
  const R = triangularFactor(rows);
  const { diagonal } = new SingularValueDecomposition(R, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const largest = diagonal[0] ?? missing();
  const smallest = diagonal.at(-1) ?? missing();
  if (smallest > NOISE * largest) return largest / smallest;
  const inverse = powerIteration((v) => inverseGram(R, v), R.rows).value;
  return Number.isFinite(inverse) && inverse > 0 ? largest * Math.sqrt(inverse) : Infinity;
};
