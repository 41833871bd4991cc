import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { type Centred, centre, interceptOf } from "./centre.js";
import { addToDiagonal, type Cholesky, cholesky } from "./cholesky.js";
import { checkExamples, checkLambda, type Examples } from "./examples.js";
import type { LinearFit } from "./fit.js";
import { gram, normalEquations } from "./gram.js";
import { targetsOf, timesTransposed, transposed, withTarget } from "./rows.js";
import { spectrum } from "./spectrum.js";

/** A solution in closed form, with what limits its accuracy. */
export interface ClosedFormFit extends LinearFit {
  /** √(λ_max/λ_min) of X'X + λI (of XX' + λI in the dual form), X centred where there is an intercept. */
  readonly condition: number;
  /** "cholesky" of the Gram matrix; "qr" or "svd" of X where the Gram matrix would lose too many digits. */
  readonly method: "cholesky" | "qr" | "svd";
}

export interface RidgeOptions {
  /** λ ≥ 0 in ‖Xw − y‖² + λ‖w‖²: equal to scikit-learn's `alpha`. */
  readonly lambda: number;
  /** Fit an intercept, which is not penalised. @defaultValue true */
  readonly intercept?: boolean;
  /** Solve for d weights or for n dual variables. @defaultValue whichever is smaller */
  readonly form?: "primal" | "dual";
}

/** Above this condition of the (unit-diagonal) Gram matrix its solution may lose more than half of the digits. */
const TRUSTED = 1e8;

/** A factor that can be trusted to about eight digits, with the condition number of what was factored. */
export const trustedFactor = (A: Float64Array): { factor: Cholesky; condition: number } | undefined => {
  const factor = cholesky(A);
  if (factor === undefined || factor.scaledCondition() > TRUSTED) return undefined;
  return { factor, condition: Math.max(1, Math.sqrt(factor.condition())) };
};

/** w = (X'X + λI)⁻¹X'y by Cholesky, undefined where it cannot be trusted. */
export const primal = async (centred: Centred, lambda: number) => {
  const { G, b } = await normalEquations(withTarget(centred));
  const solved = trustedFactor(addToDiagonal(G, lambda));
  return solved && { weights: solved.factor.solve(b), condition: solved.condition };
};

/** w = X'(XX' + λI)⁻¹y by Cholesky, undefined where it cannot be trusted. */
const dual = async (centred: Centred, lambda: number) => {
  const solved = trustedFactor(addToDiagonal(await gram(transposed(centred)), lambda));
  if (!solved) return undefined;
  const alpha = solved.factor.solve(targetsOf(centred));
  return { weights: timesTransposed(centred, alpha), condition: solved.condition };
};

/**
 * Ridge regression: the unique minimiser of ‖Xw + b − y‖² + λ‖w‖², ŵ = (X'X + λI)⁻¹X'y, or in its dual form
 * X'(XX' + λI)⁻¹y when there are more features than examples. The intercept is not penalised (X and y are centred).
 * Where the Gram matrix is too ill-conditioned for eight digits, the SVD of X takes over: V·diag(s/(s² + λ))·U'y.
 *
 * Throws for a λ that is not positive (λ = 0 is `leastSquares`) and for examples that are not finite.
 * Source: the lecture, "Ridge Regression"; dual form: Saunders, Gammerman, Vovk (1998).
 */
export const ridge = async (examples: Examples, options: RidgeOptions): Promise<ClosedFormFit> => {
  checkExamples("ridge", examples);
  const {
    lambda,
    intercept = true,
    form = examples.d > examples.n ? "dual" : "primal",
  } = requireKnown("ridge", options, ["lambda", "intercept", "form"]);
  checkLambda("ridge", lambda, "for 0 use leastSquares");
  const centred = centre(examples, intercept);
  const solved = await (form === "dual" ? dual : primal)(centred, lambda);
  if (solved) return { ...solved, intercept: interceptOf(centred, solved.weights), method: "cholesky" };
  const { singular, weights: solve } = spectrum(centred);
  const weights = solve((s) => s / (s * s + lambda));
  const least = examples.d > examples.n && form === "primal" ? 0 : (singular.at(-1) ?? missing());
  const condition = Math.sqrt(((singular[0] ?? missing()) ** 2 + lambda) / (least ** 2 + lambda));
  return { weights, intercept: interceptOf(centred, weights), condition, method: "svd" };
};
