import { SteepestError } from "../errors.js";
import { requireKnown } from "../options.js";
import { type Centred, centre, interceptOf, withoutMean } from "./centre.js";
import { conditionOf } from "./condition.js";
import { checkExamples, type Examples } from "./examples.js";
import { type ClosedFormFit, primal } from "./ridge.js";
import { design, featuresOf, targetsOf } from "./rows.js";
import { solveLeastSquares } from "./solution.js";

export interface LeastSquaresOptions {
  /** Fit an intercept. @defaultValue true */
  readonly intercept?: boolean;
  /**
   * What to do where many weights fit equally well (features that depend on each other, or more features than
   * examples): an error, or the solution of least ‖w‖. @defaultValue "error"
   */
  readonly singular?: "error" | "minimum-norm";
}

export interface LeastSquaresFit extends ClosedFormFit {
  /** Number of independent features, each measured in its own units: those that are not a combination of others to within rounding. */
  readonly rank: number;
}

/** The reason why a problem is singular, as far as it is easily seen, and what to do. */
const singularMessage = ({ n, d, constant }: Centred, rank: number, intercept: boolean): string => {
  const remedy = `use ridge with lambda > 0, or singular: "minimum-norm"`;
  if (intercept && constant.length > 0 && n > 1) {
    return `leastSquares: feature ${constant[0]} is constant, which the intercept already stands for; leave it out, set intercept: false, or ${remedy}`;
  }
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const reason =
    d + Number(intercept) > n
      ? `${count(d, "feature")}${intercept ? " and an intercept" : ""} from ${count(n, "example")}`
      : `of ${d} features only ${rank} are independent`;
  return `leastSquares: ${reason}: many solutions fit equally well; ${remedy}`;
};

/**
 * Least squares: minimises ‖Xw + b − y‖². By Cholesky of X'X where that keeps eight digits, else by QR of X with
 * its features scaled to equal length, refined in twice float64's digits.
 * `condition` is s₁/s_d of the (centred) X; Infinity where the rank is below d.
 *
 * Throws where the minimiser is not unique, unless `singular: "minimum-norm"` is chosen.
 */
export const leastSquares = async (
  examples: Examples,
  options: LeastSquaresOptions = {},
): Promise<LeastSquaresFit> => {
  const { intercept = true, singular: policy = "error" } = requireKnown("leastSquares", options, [
    "intercept",
    "singular",
  ]);
  checkExamples("leastSquares", examples);
  if (policy !== "error" && policy !== "minimum-norm") {
    throw new SteepestError(`leastSquares: singular is "${policy}"; give "error" or "minimum-norm"`);
  }
  const { n, d } = examples;
  const centred = centre(examples, intercept);
  const solved = d <= n ? await primal(centred, 0) : undefined;
  if (solved) {
    return { ...solved, intercept: interceptOf(centred, solved.weights), method: "cholesky", rank: d };
  }
  const features = featuresOf(centred);
  const columns = intercept ? features.map(withoutMean) : features;
  const { weights, rank } = solveLeastSquares(columns, targetsOf(centred));
  if (rank < d && policy === "error") throw new SteepestError(singularMessage(centred, rank, intercept));
  const condition = rank < d ? Infinity : conditionOf(design(centred, false));
  return { weights, intercept: interceptOf(centred, weights), condition, method: "qr", rank };
};
