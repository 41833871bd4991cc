import { missing } from "../../missing.js";
import { gradientDescent, momentum } from "../../optim/index.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** The best fixed settings of gradient descent for eigenvalues between mu and L, and the factor per step that they give. */
export const bestDescent = (mu: number, L: number) => {
  const learningRate = 2 / (L + mu);
  return { learningRate, rule: gradientDescent({ learningRate }), rate: (L - mu) / (L + mu) };
};

/** The same of momentum (Polyak 1964). */
export const bestMomentum = (mu: number, L: number) => {
  const rate = (Math.sqrt(L) - Math.sqrt(mu)) / (Math.sqrt(L) + Math.sqrt(mu));
  const learningRate = 4 / (Math.sqrt(L) + Math.sqrt(mu)) ** 2;
  const beta = rate ** 2;
  return { learningRate, beta, rule: momentum({ learningRate, beta }), rate };
};

/** What momentum makes of one eigenvector of a quadratic, along which `w_{t+1} = (1 + β − ηλ)·w_t − β·w_{t−1}`. */
export interface Mode {
  /** The larger of the roots of `z² − (1 + β − ηλ)·z + β` in absolute value: the factor per step in the end. */
  readonly factor: number;
  /** Roots that are not real swing; a negative one changes sides at each step; a factor of 1 or more does not converge. */
  readonly regime: "monotone" | "swinging" | "alternating" | "divergent";
}

/** The mode of an eigenvalue λ, as `etaTimesLambda` = ηλ. */
export const momentumMode = (etaTimesLambda: number, beta: number): Mode => {
  const half = (1 + beta - etaTimesLambda) / 2;
  const square = half * half - beta;
  const factor = square < 0 ? Math.sqrt(beta) : Math.abs(half) + Math.sqrt(square);
  if (!(factor < 1)) return { factor, regime: "divergent" };
  if (square < 0) return { factor, regime: "swinging" };
  return { factor, regime: half < 0 ? "alternating" : "monotone" };
};

/** How often a path changes sides along one coordinate. */
export const crossings = (points: readonly ArrayLike<number>[], coordinate: number): number => {
  const sides = points.map((point) => Math.sign(point[coordinate] ?? missing()));
  return sides.slice(1).filter((side, i) => side !== sides[i]).length;
};

/** A run of a rule on a quadratic of minimum 0. */
export interface RavineRun {
  readonly points: readonly ArrayLike<number>[];
  readonly values: readonly number[];
}

/** The factor by which the error shrinks per step over the second half of a run, the square root of that of f. */
export const measuredFactor = ({ values }: Pick<RavineRun, "values">): number => {
  const [from, to] = [Math.floor(values.length / 2), values.length - 1];
  return Math.exp(Math.log((values[to] ?? missing()) / (values[from] ?? missing())) / (2 * (to - from)));
};

/** Whether a measured factor per step is the one that theory gives, to a tenth of its logarithm. */
export const factorAgrees = (measured: number, promised: number): boolean =>
  Math.abs(Math.log(measured) / Math.log(promised) - 1) <= 0.1;

/** How much a run must have shrunk before its second half shows the factor alone, as a power of e. */
const settled = 6;

/** The factor per step of a run of momentum against the roots of its modes. Lecture, "Momentum"; Polyak 1964. */
export const momentumFactorClaim = (run: RavineRun, modes: readonly Mode[]): Claim => {
  const promised = Math.max(...modes.map(({ factor }) => factor));
  const steps = run.values.length - 1;
  const measured = measuredFactor(run);
  const enough = steps * Math.abs(Math.log(promised)) >= settled;
  return {
    claim: "The error shrinks per step by the larger root of z² − (1 + β − ηλ)z + β, over all curvatures λ",
    measured: `measured over the second half of ${steps} steps: ${measured.toPrecision(4)}; in theory ${promised.toPrecision(4)}${enough ? "" : "; too few steps to see it"}`,
    verdict: enough ? judged(factorAgrees(measured, promised)) : "undecided",
  };
};

/** Gradient descent beside momentum in the same ravine, whose floor the given coordinate crosses. Lecture, "Momentum". */
export const zigzagClaim = (plain: RavineRun, heavy: RavineRun, across: number): Claim => {
  const [a, b] = [plain, heavy].map(({ points }) => crossings(points, across));
  const [first, second] = [plain.values.at(-1) ?? missing(), heavy.values.at(-1) ?? missing()];
  return {
    claim: "Gradient descent zigzags across a ravine; momentum crosses it less often, and gets further",
    measured: `in ${plain.points.length - 1} steps gradient descent crossed the valley floor ${a} times, momentum ${b} times; f ended at ${first.toPrecision(3)} and ${second.toPrecision(3)}`,
    verdict: judged((b ?? missing()) < (a ?? missing()) && second < first),
  };
};

/** Distances per step under a constant gradient, in units of the learning rate, against 1/(1 − β). */
export const effectiveRateClaim = (
  rows: readonly { readonly beta: number; readonly measured: number; readonly promised: number }[],
): Claim => {
  const worst = Math.max(...rows.map(({ measured, promised }) => Math.abs(measured / promised - 1)));
  return {
    claim: "The effective learning rate of momentum is η/(1 − β)",
    measured: `under a constant gradient each step moved by η/(1 − β) to within ${worst.toExponential(0)} relative, for β = ${rows.map(({ beta }) => Number(beta.toPrecision(4))).join(", ")}`,
    verdict: judged(worst < 1e-6),
  };
};
