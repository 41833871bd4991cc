import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import type { Certificate, Violation } from "./certificate.js";
import { certify } from "./certify.js";
import { type DescentRun, descend } from "./descend.js";
import { checkTargets, type Matrix } from "./matrix.js";
import { leastSquaresMinimum, type Minimum, newtonMinimum } from "./minimisers.js";
import type { Constant, Objective } from "./objective.js";
import { leastSquaresObjective, ridgeObjective } from "./objectives/least-squares.js";
import { logisticObjective, separates } from "./objectives/logistic.js";
import {
  type IterationsNeeded,
  iterationsTo,
  linearBound,
  type MeasuredRate,
  measuredRate,
  rateBound,
  suboptimality,
} from "./rates.js";
import { smoothnessConstant } from "./smoothness.js";
import { stepSize } from "./step-size.js";
import { strongConvexityConstant } from "./strong-convexity.js";

/** The models that come with constants and a minimiser. */
export const models = ["least-squares", "ridge", "logistic"] as const;
export type Model = (typeof models)[number];

export interface Problem {
  /** One example per row; a constant column of 1 where an intercept is wanted. */
  readonly X: Matrix;
  /** One target per row; for logistic regression two different numbers, the larger being the positive class. */
  readonly y: Float64Array;
  readonly model: Model;
  /** Strength of the penalty lambda·‖w‖² beside the sum of the losses, not allowed for least squares. @defaultValue 1 */
  readonly lambda?: number;
  /** A number, or relative to L as in "2.1/L". @defaultValue "1/L" */
  readonly eta?: number | string;
  /** @defaultValue 1000 */
  readonly steps?: number;
}

/** One row of the picture: what was measured beside what is allowed. All are numbers, so that it can be written as JSON. */
export interface SuboptimalityPoint {
  readonly step: number;
  /** `f(w_t) - f(w*)`; 0 where rounding makes it negative. */
  readonly measured: number;
  /** `‖w_0 - w*‖²/(2·eta·t)`. */
  readonly bound: number;
  /** `(1 - eta·mu)^t·(f(w_0) - f(w*))`, where mu > 0. */
  readonly linearBound?: number;
  /** `f(w_{t-1}) - f(w_t)`: how far the step went down. */
  readonly decrease: number;
  /** `(eta/2)·‖∇f(w_{t-1})‖²`: how far the descent lemma says it goes at least. */
  readonly promisedDecrease: number;
}

export interface CertifiedProblem {
  readonly model: Model;
  readonly rows: number;
  readonly columns: number;
  readonly lambda: number;
  readonly L: Constant;
  readonly mu: Constant;
  /** `L/mu`; null where mu is 0. */
  readonly conditionNumber: number | null;
  readonly eta: number;
  readonly steps: number;
  readonly stopped: DescentRun["stopped"];
  readonly initialValue: number;
  readonly finalValue: number;
  /** `f(w*)`. */
  readonly minimum: number;
  /** How that is known. */
  readonly minimumKnown: Constant;
  /** `‖w_0 - w*‖²`. */
  readonly squaredDistance: number;
  /** Where gradient descent ended. */
  readonly w: Float64Array;
  readonly minimiser: Float64Array;
  /** Steps 1 to the last, thinned to about 200 evenly spaced on a logarithmic axis. */
  readonly series: readonly SuboptimalityPoint[];
  /** For 10⁻¹ … 10⁻⁸ of the first suboptimality. */
  readonly iterations: readonly IterationsNeeded[];
  readonly rate?: MeasuredRate;
  readonly certificate: Certificate;
  readonly firstViolation?: Violation;
  /** The result in plain sentences. */
  readonly verdict: readonly string[];
}

/** Two different numbers as the classes 0 and 1. */
const classNumbers = (y: Float64Array): Float64Array => {
  const classes = [...new Set(y)].sort((a, b) => a - b);
  if (classes.length !== 2) {
    throw new SteepestError(
      `logistic regression needs a target with two different values, y has ${classes.length}: ${classes.slice(0, 4).join(", ")}${classes.length > 4 ? ", …" : ""}`,
    );
  }
  return y.map((label) => (label === classes[1] ? 1 : 0));
};

const logisticMinimiser = async (
  objective: Objective,
  L: number,
  X: Matrix,
  labels: Float64Array,
  lambda: number,
): Promise<Minimum> => {
  const minimum = await newtonMinimum(objective, L, 2 * lambda);
  if (lambda === 0 && (await separates(X, labels, minimum.w))) {
    throw new SteepestError(
      "logistic regression: the classes are separable, so without a penalty there is no minimiser; give lambda > 0",
    );
  }
  return minimum;
};

const prepare = ({ X, y, model, lambda = model === "least-squares" ? 0 : 1 }: Problem) => {
  checkTargets(model, X, y);
  if (model === "least-squares") {
    if (lambda !== 0) {
      throw new SteepestError(`least-squares takes no lambda (${lambda} given); use the model ridge`);
    }
    const minimise = async () => leastSquaresMinimum(X, y, { scale: 1 / 2 });
    return { lambda, objective: leastSquaresObjective(X, y), minimise };
  }
  if (model === "ridge") {
    const minimise = async () => leastSquaresMinimum(X, y, { scale: 1, lambda });
    return { lambda, objective: ridgeObjective(X, y, lambda), minimise };
  }
  if (model === "logistic") {
    const labels = classNumbers(y);
    const objective = logisticObjective(X, labels, lambda);
    return { lambda, objective, minimise: (L: number) => logisticMinimiser(objective, L, X, labels, lambda) };
  }
  throw new SteepestError(`model is "${model}"; choose one of ${models.join(", ")}`);
};

/** Steps 1 … last, about 200 of them, evenly spaced on a logarithmic axis. */
const thinned = (last: number): number[] => {
  const steps = Array.from({ length: 200 }, (_, i) => Math.round(last ** (i / 199)));
  return [...new Set(steps)].filter((t) => t >= 1 && t <= last);
};

const rateSentence = (
  run: DescentRun,
  { factor, exponent, law, from, to }: MeasuredRate,
  mu: number,
): string =>
  law === "geometric"
    ? `over steps ${from} to ${to} each step multiplied the suboptimality by ${factor.toPrecision(6)}${mu > 0 ? `; the linear rate promises at most 1 - eta·mu = ${Math.max(0, 1 - run.eta * mu).toPrecision(6)}` : ""}`
    : `over steps ${from} to ${to} the suboptimality fell like t^${exponent.toPrecision(3)}; the rate bound, which falls like t^-1, ${exponent > -1 ? "is still far above it" : "stays above it"}`;

const describe = (
  { name }: Objective,
  { L, mu, minimum }: { readonly L: Constant; readonly mu: Constant; readonly minimum: Constant },
  run: DescentRun,
  certificate: Certificate,
  rate: MeasuredRate | undefined,
): string[] => {
  const last = run.steps;
  const gap = suboptimality(run);
  return [
    `${name}: L = ${L.value.toPrecision(8)} (${L.certainty}: ${L.how})`,
    mu.value > 0
      ? `mu = ${mu.value.toPrecision(8)} (${mu.certainty}: ${mu.how}), condition number ${(L.value / mu.value).toPrecision(6)}: O(log 1/eps) steps`
      : `mu = 0 (${mu.certainty}: ${mu.how}): O(1/eps) steps are what theory promises`,
    `f(w*) = ${minimum.value.toPrecision(8)} (${minimum.certainty}: ${minimum.how})`,
    ...certificate.verdict,
    ...(last > 0
      ? [
          `after ${last} steps f(w) - f(w*) = ${Math.max(0, gap[last] ?? missing()).toExponential(3)}; the bound allows ${rateBound(run, last).toExponential(3)}`,
        ]
      : []),
    ...(rate === undefined ? [] : [rateSentence(run, rate, mu.value)]),
  ];
};

/**
 * Least squares, ridge or logistic regression by gradient descent from the origin, with its guarantee: computes L and mu,
 * takes eta = 1/L unless told otherwise, runs, and checks every step against the theory.
 * Throws where shapes differ, a number is not finite, X is zero, lambda is negative, y is not what the model needs, or
 * the model has no minimiser (logistic regression on separable classes with lambda = 0).
 */
export const certifyProblem = async (problem: Problem): Promise<CertifiedProblem> => {
  requireKnown("certifyProblem", problem, ["X", "y", "model", "lambda", "eta", "steps"]);
  const { X, model, eta: wanted = "1/L", steps = 1000 } = problem;
  const { lambda, objective, minimise } = prepare(problem);
  try {
    const L = await smoothnessConstant(objective);
    const mu = await strongConvexityConstant(objective);
    if (L.value === 0)
      throw new SteepestError(
        `${model}: every value of X is 0 (or below 2.2e-308, which counts as 0), so there is nothing to learn`,
      );
    const eta = stepSize(wanted, L.value);
    const minimiser = await minimise(L.value);
    const run = await descend(objective, { eta, steps, minimiser });
    const certificate = certify(run, { L, mu });
    // Below f(w*) there is nothing: a negative difference is rounding, or the certificate's inequality "minimum" fails.
    const gap = suboptimality(run).map((value) => Math.max(0, value));
    const rate = measuredRate(run);
    const start = gap[0] ?? missing();
    return {
      model,
      rows: X.rows,
      columns: X.columns,
      lambda,
      L,
      mu,
      conditionNumber: mu.value > 0 ? L.value / mu.value : null,
      eta,
      steps: run.steps,
      stopped: run.stopped,
      initialValue: run.values[0] ?? missing(),
      finalValue: run.values[run.steps] ?? missing(),
      minimum: minimiser.value.value,
      minimumKnown: minimiser.value,
      squaredDistance: run.squaredDistances?.[0] ?? missing(),
      w: run.w,
      minimiser: minimiser.w,
      series: thinned(run.steps).map((step) => ({
        step,
        measured: gap[step] ?? missing(),
        bound: rateBound(run, step),
        ...(mu.value > 0 ? { linearBound: linearBound(run, mu.value, step) } : {}),
        decrease: (run.values[step - 1] ?? missing()) - (run.values[step] ?? missing()),
        promisedDecrease: (eta / 2) * (run.squaredGradients[step - 1] ?? missing()),
      })),
      iterations:
        start > 0 ? [1, 2, 3, 4, 5, 6, 7, 8].map((k) => iterationsTo(run, start * 10 ** -k, mu.value)) : [],
      ...(rate === undefined ? {} : { rate }),
      certificate,
      ...(certificate.firstViolation === undefined ? {} : { firstViolation: certificate.firstViolation }),
      verdict: describe(objective, { L, mu, minimum: minimiser.value }, run, certificate, rate),
    };
  } finally {
    await objective.release();
  }
};
