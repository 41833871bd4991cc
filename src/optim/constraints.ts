import { SteepestError } from "../errors.js";
import type { ParameterInfo } from "./groups.js";

/** A set that parameters are brought back to after every update. */
export interface Constraint {
  readonly name: string;
  readonly applies: (parameter: ParameterInfo) => boolean;
  /** The largest Euclidean norm of a unit's incoming weights: of a column of a weight matrix `[in, out]`. */
  readonly maxNorm: number;
}

/**
 * Max-norm regularisation: after each update the incoming weights w of every unit are projected onto the ball ‖w‖₂ ≤ limit.
 * Biases are left alone. Lecture, "Max-Norm regularization"; Srivastava et al. 2014, who use limits of 2 to 4.
 *
 * Throws where the limit is not a positive number.
 */
export const maxNorm = (limit: number): Constraint => {
  if (!(limit > 0 && Number.isFinite(limit))) {
    throw new SteepestError(`maxNorm: the limit must be a positive number, got ${limit}`);
  }
  return {
    name: `maxNorm(${limit})`,
    applies: ({ role, shape }) => role === "weight" && shape.length === 2,
    maxNorm: limit,
  };
};
