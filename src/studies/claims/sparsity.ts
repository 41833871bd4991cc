import { norm } from "../../vector.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Minimisers of one loss of two weights over the diamond ‖w‖₁ ≤ B and over the circle ‖w‖₂ ≤ B. */
export interface OverBalls {
  readonly B: number;
  /** The minimiser without a constraint. */
  readonly free: Float64Array;
  readonly diamond: ArrayLike<number>;
  readonly circle: ArrayLike<number>;
  readonly radii: readonly number[];
  /** The minimisers for each of these radii. */
  readonly ways: { readonly l1: readonly ArrayLike<number>[]; readonly l2: readonly ArrayLike<number>[] };
}

const hasZero = (w: ArrayLike<number>): boolean => Array.from(w).includes(0);

const text = (w: ArrayLike<number>): string => `(${Array.from(w, short).join(", ")})`;

/**
 * Lecture, "ℓ1 Regularization Produces Sparse Solutions". Undecided where the diamond has the minimum without a constraint in it, so that neither
 * ball holds anything back.
 */
export const cornerClaim = ({ B, free, diamond, circle, radii, ways }: OverBalls): Claim => {
  const size = norm(free);
  const binding = radii.map((radius) => radius < size);
  const onAxis = (way: readonly ArrayLike<number>[]) => way.filter((w, i) => binding[i] && hasZero(w)).length;
  const isFree = Array.from(free).reduce((sum, w) => sum + Math.abs(w), 0) <= B;
  return {
    claim: "On the diamond the minimiser lies in a corner, on the circle it does not",
    measured: `B = ${short(B)}: w = ${text(diamond)} on the diamond, ${text(circle)} on the circle; a weight is exactly 0 for ${onAxis(ways.l1)} of ${binding.filter(Boolean).length} radii below ‖w*‖ = ${short(size)} under ℓ1, for ${onAxis(ways.l2)} under ℓ2`,
    verdict: isFree ? "undecided" : judged(hasZero(diamond) && !hasZero(circle) && onAxis(ways.l2) === 0),
  };
};
