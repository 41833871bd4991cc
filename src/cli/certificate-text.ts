import { number } from "../report/format.js";
import type { CertifiedProblem, Constant, Model } from "../theory/index.js";
import type { CsvProblem } from "./csv-problem.js";
import { count } from "./output.js";
import { tableText } from "./table.js";

const formulas: Readonly<Record<Model, string>> = {
  "least-squares": "least squares, f(w) = ½‖y − Xw‖²",
  ridge: "ridge regression, f(w) = ‖y − Xw‖² + lambda·‖w‖²",
  logistic: "logistic regression, f(w) = Σ log(1 + exp(xᵀw)) − y·xᵀw + lambda·‖w‖²",
};

/** What is about to be computed: the data, the function, and the choices made. */
export const problemText = (
  file: string,
  model: Model,
  target: string,
  { X, columns, classes, notes }: CsvProblem,
  { intercept, standardise }: { readonly intercept: boolean; readonly standardise: boolean },
): string => {
  const penalised = model === "least-squares" ? "" : ", penalised like the others";
  return [
    `${file}: ${count(X.rows)} rows, ${count(X.columns)} ${columns.length === 1 ? "column" : "columns"} in X, target ${target}${classes ? ` (0 is ${classes[0]}, 1 is ${classes[1]})` : ""}`,
    `${formulas[model]}`,
    `features ${standardise ? "standardised to mean 0 and standard deviation 1" : "as they are"}, ${intercept ? `and a column of ones as intercept${penalised}` : "no intercept (--intercept adds a column of ones)"}`,
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
};

const stepsText = (steps: number): string => `${count(steps)} ${steps === 1 ? "step" : "steps"}`;

const gapText = ({ finalValue, minimum, minimumKnown }: CertifiedProblem): string => {
  const gap = finalValue - minimum;
  const atLeast = minimumKnown.certainty === "exact" ? "" : "at least ";
  return `${atLeast}${gap > 0 ? number(gap) : "0 (to within rounding)"}`;
};

/** "exact", or what else is known about a constant. */
const known = ({ certainty, how }: Constant): string => `${certainty}: ${how}`;

const constantsText = ({
  model,
  lambda,
  L,
  mu,
  minimumKnown,
  conditionNumber,
  eta,
  certificate,
}: CertifiedProblem) =>
  tableText(
    ["constant", "value", ""],
    [
      ["L", L.value, `smoothness, ${known(L)}`],
      ["mu", mu.value, `strong convexity, ${known(mu)}`],
      [
        "L/mu",
        conditionNumber ?? "–",
        conditionNumber === null
          ? mu.certainty === "exact"
            ? "condition number: none, f is convex but not strongly"
            : "condition number: not known, f may be strongly convex by very little"
          : "condition number: the linear rate takes about this many steps for a factor e",
      ],
      ["f(w*)", minimumKnown.value, `minimum, ${known(minimumKnown)}`],
      ["eta", eta, `learning rate, ${number(certificate.etaTimesL)}/L`],
      ...(model === "least-squares" ? [] : [["lambda", lambda, "strength of the penalty"] as const]),
    ],
  );

const inequalitiesText = ({ certificate }: CertifiedProblem): string =>
  tableText(
    ["guarantee", "for every step t", "checked", "violated", "within rounding", "first violated"],
    certificate.inequalities.map(({ inequality, formula, checked, violations, undecided, first }) => [
      inequality,
      formula,
      checked,
      violations,
      undecided,
      first?.step ?? "–",
    ]),
  );

const iterationsText = ({ iterations, initialValue, minimum, mu }: CertifiedProblem): string =>
  tableText(
    [
      "f(w) − f(w*) <= epsilon",
      "of the start",
      "steps taken",
      "bound ‖w_0 − w*‖²/(2·eta·epsilon)",
      ...(mu.value > 0 ? ["linear-rate bound"] : []),
    ],
    iterations.map(({ epsilon, measured, bound, linearBound }) => [
      epsilon,
      (epsilon / (initialValue - minimum)).toExponential(0),
      measured ?? "–",
      bound,
      ...(linearBound === undefined ? [] : [linearBound]),
    ]),
  );

/** Whether the guarantee held, in one or two sentences. */
export const verdictText = ({
  certificate,
  firstViolation,
  steps,
  stopped,
  eta,
}: CertifiedProblem): string => {
  const { promised, outcome, etaTimesL, inequalities, L } = certificate;
  const rate = `eta = ${number(eta)} is ${number(etaTimesL)}/L`;
  const open = inequalities.filter(({ undecided, checked }) => undecided === checked);
  if (outcome === "undecided") {
    return `UNDECIDED: float64's rounding is larger than what ${open.map(({ inequality }) => inequality).join(", ")} compare${open.length === 1 ? "s" : ""} at every step.`;
  }
  if (firstViolation === undefined) {
    return promised === true
      ? `HELD: all ${inequalities.length} inequalities, at each of ${stepsText(steps)}.`
      : promised === false
        ? `HELD, though nothing was promised: ${rate}, above 1/L.`
        : `HELD, though nothing was promised: ${rate}, and L is an estimate (${L.how}).`;
  }
  const { inequality, step, left, right } = firstViolation;
  const formula = inequalities.find((each) => each.inequality === inequality)?.formula ?? inequality;
  return [
    promised !== false
      ? `VIOLATED at step ${step}, although ${rate}: ${promised === "unknown" ? "the estimate of L was too small" : "f is not as smooth or convex as L and mu say"}, or rounding is larger than assumed.`
      : `VIOLATED at step ${step}, as theory allows: ${rate}, above the 1/L that the guarantee asks for.`,
    `${inequality}: ${formula} would be ${left.toPrecision(6)} <= ${right.toPrecision(6)}`,
    ...(stopped === "diverged"
      ? [`The run diverged: after step ${count(steps)} f is not finite any more.`]
      : []),
  ].join("\n");
};

/** The guarantee beside what happened. */
export const certificateText = (problem: CertifiedProblem): string => {
  const { steps, series, mu, rate } = problem;
  const end = series.at(-1);
  const allowed = [
    ...(end === undefined ? [] : [`the O(1/T) bound is ${number(end.bound)}`]),
    ...(end?.linearBound === undefined ? [] : [`the linear-rate bound ${number(end.linearBound)}`]),
  ];
  const pace =
    rate === undefined
      ? ""
      : rate.law === "geometric"
        ? `each step multiplied it by ${rate.factor.toPrecision(6)}${mu.value > 0 ? `; 1 − eta·mu = ${Math.max(0, 1 - problem.eta * mu.value).toPrecision(6)} is promised` : ""}`
        : `it fell like t^${rate.exponent.toFixed(2)}; the O(1/T) bound falls like t^-1 and ${rate.exponent > -1 ? "is still far above it" : "stays above it"}`;
  return [
    constantsText(problem),
    inequalitiesText(problem),
    iterationsText(problem),
    `after ${stepsText(steps)} from w = 0: f(w) − f(w*) = ${[gapText(problem), ...allowed].join(", ")}${pace ? `\n${pace} (steps ${rate?.from} to ${rate?.to})` : ""}`,
    verdictText(problem),
  ].join("\n\n");
};
