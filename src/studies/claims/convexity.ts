import type { ConvexityReport, SmoothnessReport } from "../../theory/index.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** Convexity's first-order condition, looked for among pairs of points. Lecture, "Convex Optimization". */
export const convexityClaim = ({ convex, verdict }: ConvexityReport): Claim => ({
  claim: "f is convex: f(x₁) ≥ f(x₂) + ∇f(x₂)ᵀ(x₁ − x₂)",
  measured: verdict,
  verdict: judged(convex),
});

/** L-smoothness with a given L: the quadratic of curvature L lies above f wherever it touches. Lecture, "Convex Optimization". */
export const smoothnessClaim = ({ upperBound, lipschitz, verdict }: SmoothnessReport, L: number): Claim => {
  const needed = Math.max(upperBound.needed, lipschitz.needed);
  return {
    claim: `f is L-smooth with L = ${L.toPrecision(4)}: f(x₁) ≤ f(x₂) + ∇f(x₂)ᵀ(x₁ − x₂) + (L/2)‖x₁ − x₂‖²`,
    measured: `the pair that asks for most asks for L = ${needed.toPrecision(6)}; ${verdict}`,
    // The same L, computed twice, may differ in its last digits.
    verdict: judged(needed <= L * (1 + 1e-9)),
  };
};
