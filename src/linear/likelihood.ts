import { SteepestError } from "../errors.js";
import { highest } from "../extremes.js";
import { missing } from "../missing.js";
import { type Centred, centre } from "./centre.js";
import { addToDiagonal, cholesky } from "./cholesky.js";
import type { Examples } from "./examples.js";
import { gram } from "./gram.js";
import { negativeLogLikelihood } from "./negative-log-likelihood.js";
import { type Convex, minimise } from "./newton.js";
import { design, type Rows } from "./rows.js";

/** Newton steps without and with a penalty: where a minimum exists few are needed, without one each takes the same way on. */
const STEPS = { free: 30, penalised: 100 };

export interface LikelihoodOptions {
  /** λ ≥ 0. */
  readonly lambda: number;
  readonly intercept: boolean;
}

/** Weights d × outputs row by row, one intercept per output, and how they were found. */
export interface LikelihoodFit {
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /** The objective at the minimum. */
  readonly value: number;
  readonly iterations: number;
}

/**
 * Minimises −log likelihood + λ‖w‖² over d × outputs weights and unpenalised intercepts. The preconditioner is the Hessian
 * at w = 0: q·X'X + 2λI for each output, q = ¼ for one and 1/outputs for several.
 */
export const fitLikelihood = async (
  what: string,
  examples: Examples,
  outputs: number,
  { lambda, intercept }: LikelihoodOptions,
): Promise<LikelihoodFit> => {
  const { y, d } = examples;
  const centred = centre(examples, intercept);
  const rows = design(centred, intercept);
  const { width } = rows;
  const factor = preconditioner(what, await gram(rows), lambda, {
    d,
    q: outputs === 1 ? 1 / 4 : 1 / outputs,
  });
  const likelihood = await negativeLogLikelihood(rows, y, outputs);
  const penalised = d * outputs;
  const penalty = (v: Float64Array) => v.map((x, k) => (k < penalised ? 2 * lambda * x : 0));
  const objective: Convex = {
    evaluate: async (w) => {
      const { value, gradient } = await likelihood.evaluate(w);
      const slope = penalty(w);
      const half = slope.reduce((sum, x, k) => sum + x * (w[k] ?? missing()), 0) / 2;
      return { value: value + half, gradient: gradient.map((g, k) => g + (slope[k] ?? missing())) };
    },
    curvature: async (w, v) => {
      const bend = penalty(v);
      return (await likelihood.curvature(w, v)).map((x, k) => x + (bend[k] ?? missing()));
    },
    precondition: (v) => {
      const solved = new Float64Array(v.length);
      for (let k = 0; k < outputs; k++) {
        const column = factor.solve(
          Float64Array.from({ length: width }, (_, j) => v[j * outputs + k] ?? missing()),
        );
        column.forEach((x, j) => {
          solved[j * outputs + k] = x;
        });
      }
      return solved;
    },
  };
  try {
    const steps = lambda > 0 ? STEPS.penalised : STEPS.free;
    const { w, value, iterations, converged } = await minimise(
      objective,
      new Float64Array(width * outputs),
      steps,
    );
    if (lambda === 0 && separates(w, rows, y, outputs)) {
      throw new SteepestError(
        `${what}: the features separate the classes without error, so the weights grow without end; give lambda > 0`,
      );
    }
    if (!converged) {
      throw new SteepestError(
        `${what}: no minimum after ${iterations} Newton steps: a combination of features may separate the classes; give a larger lambda than ${lambda}`,
      );
    }
    return { ...original(centred, w, outputs), value, iterations };
  } finally {
    await likelihood.release();
  }
};

const preconditioner = (
  what: string,
  XX: Float64Array,
  lambda: number,
  { d, q }: { readonly d: number; readonly q: number },
) => {
  const width = Math.sqrt(XX.length);
  const hessian = XX.map((x, k) => {
    const i = Math.floor(k / width);
    return q * x + (i === k % width && i < d ? 2 * lambda : 0);
  });
  const factor = cholesky(hessian);
  // Beyond this condition even the unit-diagonal Hessian has no meaningful smallest eigenvalue in float64.
  const singular = factor === undefined || factor.scaledCondition() > 1e13;
  if (singular && lambda === 0) {
    throw new SteepestError(
      `${what}: features depend on each other (or are constant), so many weights fit equally well; give lambda > 0`,
    );
  }
  const largest = highest(Array.from({ length: width }, (_, i) => hessian[i * width + i] ?? missing()));
  const made = singular ? cholesky(addToDiagonal(hessian, 1e-10 * largest)) : factor;
  if (made === undefined)
    throw new SteepestError(`${what}: the features are too large or too small; scale them first`);
  return made;
};

/** Whether every example's own class has the strictly largest output: then no finite minimum exists for λ = 0. */
const separates = (w: Float64Array, rows: Rows, y: Float64Array, outputs: number): boolean => {
  for (let i = 0; i < rows.count; i++) {
    const x = rows.read(i, i + 1);
    const z = Array.from({ length: outputs }, (_, k) =>
      x.reduce((s, xj, j) => s + xj * (w[j * outputs + k] ?? missing()), 0),
    );
    const label = y[i] ?? missing();
    const own = outputs === 1 ? (z[0] ?? missing()) * (2 * label - 1) : (z[label] ?? missing());
    const others = outputs === 1 ? 0 : Math.max(...z.filter((_, k) => k !== label));
    if (!(own > others)) return false;
  }
  return true;
};

/**
 * Moves the intercepts from centred to original inputs: b_k = b̃_k − x̄'w_k. Those of several outputs sum to zero, as the start and
 * every gradient do.
 */
const original = ({ means, d }: Centred, w: Float64Array, outputs: number) => {
  const weights = w.slice(0, d * outputs);
  const intercepts = new Float64Array(outputs);
  if (w.length > weights.length) intercepts.set(w.subarray(d * outputs));
  weights.forEach((x, k) => {
    intercepts[k % outputs] =
      (intercepts[k % outputs] ?? missing()) - x * (means[Math.floor(k / outputs)] ?? missing());
  });
  return { weights, intercepts };
};
