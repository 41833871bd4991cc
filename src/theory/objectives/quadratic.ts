import { SteepestError } from "../../errors.js";
import { input, matmul, reshape, sum } from "../../graph/index.js";
import { missing } from "../../missing.js";
import { checkMatrix, checkTargets, type Matrix } from "../matrix.js";
import { type Objective, objective } from "../objective.js";

/**
 * A quadratic, `f(w) = ½wᵀAw - bᵀw` with a symmetric A [d, d] and b [d]; `∇f(w) = Aw - b`. Convex where A has no negative
 * eigenvalue.
 * Throws where A is not square and symmetric (to 1e-12 of its largest element), where shapes differ, or where a number is not finite.
 */
export const quadraticObjective = (A: Matrix, b: Float64Array): Objective => {
  checkMatrix("quadratic", A);
  checkTargets("quadratic", A, b);
  const { rows: d, columns, values } = A;
  if (d !== columns) throw new SteepestError(`quadratic: A is ${d} x ${columns}; it must be square`);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs((values[i * d + j] ?? missing()) - (values[j * d + i] ?? missing())) > 1e-12 * largest) {
        throw new SteepestError(
          `quadratic: A[${i}][${j}] is ${values[i * d + j]} but A[${j}][${i}] is ${values[j * d + i]}; give (A + A')/2`,
        );
      }
    }
  }
  const w = input("w", [d], "float64");
  const matrix = input("A", [d, d], "float64");
  const linear = input("b", [d], "float64");
  const product = reshape(matmul(reshape(w, [1, d]), matrix), [d]);
  return objective({
    name: "quadratic",
    parameters: w,
    value: sum(w.mul(product))
      .mul(0.5)
      .sub(sum(linear.mul(w))),
    data: { A: values, b },
  });
};
