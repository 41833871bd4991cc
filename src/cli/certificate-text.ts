import type { CertifiedProblem, Model } from "../theory/index.js";
import type { CsvProblem } from "./csv-problem.js";
import { count } from "./output.js";
import { numberText, tableText } from "./table.js";

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

const gapText = (gap: number): string => (gap > 0 ? numberText(gap) : "0 (to within rounding)");

const constantsText = ({ model, lambda, L, mu, conditionNumber, eta, certificate }: CertifiedProblem) =>
  tableText(
    ["constant", "value", ""],
    [
      ["L", L.value, `smoothness: ${L.how}`],
      ["mu", mu.value, `strong convexity: ${mu.how}`],
      [
        "L/mu",
        conditionNumber ?? "–",
        conditionNumber === null
          ? "condition number: none, f is convex but not strongly"
          : "condition number: the linear rate takes about this many steps for a factor e",
      ],
      ["eta", eta, `learning rate, ${numberText(certificate.etaTimesL)}/L`],
      ...(model === "least-squares" ? [] : [["lambda", lambda, "strength of the penalty"] as const]),
    ],
  );

const inequalitiesText = ({ certificate }: CertifiedProblem): string =>
  tableText(
    ["guarantee", "for every step t", "checked", "violated", "first"],
    certificate.inequalities.map(({ inequality, formula, checked, violations, first }) => [
      inequality,
      formula,
      checked,
      violations,
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
  const { promised, etaTimesL, inequalities } = certificate;
  const rate = `eta = ${numberText(eta)} is ${numberText(etaTimesL)}/L`;
  if (firstViolation === undefined) {
    return promised
      ? `HELD: all ${inequalities.length} inequalities, at each of ${stepsText(steps)}.`
      : `HELD, though nothing was promised: ${rate}, above 1/L.`;
  }
  const { inequality, step, left, right } = firstViolation;
  const formula = inequalities.find((each) => each.inequality === inequality)?.formula ?? inequality;
  return [
    promised
      ? `VIOLATED at step ${step}, although ${rate}: f is not as smooth or convex as L and mu say, or rounding is larger than assumed.`
      : `VIOLATED at step ${step}, as theory allows: ${rate}, above the 1/L that the guarantee asks for.`,
    `${inequality}: ${formula} would be ${left.toPrecision(6)} <= ${right.toPrecision(6)}`,
    ...(stopped === "diverged"
      ? [`The run diverged: after step ${count(steps)} f is not finite any more.`]
      : []),
  ].join("\n");
};

/** The guarantee beside what happened. */
export const certificateText = (problem: CertifiedProblem): string => {
  const { steps, finalValue, minimum, series, mu, rate } = problem;
  const end = series.at(-1);
  const allowed = [
    ...(end === undefined ? [] : [`the O(1/T) bound is ${numberText(end.bound)}`]),
    ...(end?.linearBound === undefined ? [] : [`the linear-rate bound ${numberText(end.linearBound)}`]),
  ];
  const pace =
    rate === undefined
      ? ""
      : rate.law === "geometric"
        ? `each step multiplied it by ${rate.factor.toPrecision(6)}${mu.value > 0 ? `; 1 − eta·mu = ${Math.max(0, 1 - problem.eta * mu.value).toPrecision(6)} is promised` : ""}`
        : `it fell like t^${rate.exponent.toFixed(2)}; t^-1 is promised`;
  return [
    constantsText(problem),
    inequalitiesText(problem),
    iterationsText(problem),
    `after ${stepsText(steps)} from w = 0: f(w) − f(w*) = ${[gapText(finalValue - minimum), ...allowed].join(", ")}${pace ? `\n${pace} (steps ${rate?.from} to ${rate?.to})` : ""}`,
    verdictText(problem),
  ].join("\n\n");
};
