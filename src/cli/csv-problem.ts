import { type CsvData, type CsvOptions, readCsv } from "../data/csv.js";
import { SteepestError } from "../errors.js";
import { withoutMean } from "../linear/centre.js";
import { missing } from "../missing.js";
import { listed } from "../shown.js";
import { mean } from "../statistics.js";
import type { Matrix, Model } from "../theory/index.js";
import { onCommandLine } from "./wording.js";

/** How a CSV file becomes a problem that gradient descent can be certified on. */
export interface CsvProblemOptions extends CsvOptions {
  readonly model: Model;
  /** A last column of ones; the lecture's `f(w) = ½‖y - Xw‖²` has none. */
  readonly intercept?: boolean;
  /** Every feature shifted and scaled to mean 0 and standard deviation 1; constant ones are left out. */
  readonly standardise?: boolean;
}

export interface CsvProblem {
  readonly X: Matrix;
  /** Targets; for logistic regression two different numbers. */
  readonly y: Float64Array;
  /** Names of X's columns. */
  readonly columns: readonly string[];
  /** What the classes 0 and 1 of logistic regression stand for. */
  readonly classes?: readonly [negative: string, positive: string];
  /** What was dropped, filled, encoded or left out, and which columns are constant. */
  readonly notes: readonly string[];
}

interface Feature {
  readonly name: string;
  readonly values: Float64Array;
}

const featuresOf = ({ X, n, d, columns }: CsvData): Feature[] =>
  columns.map((name, j) => ({
    name,
    values: Float64Array.from({ length: n }, (_, i) => X[i * d + j] ?? missing()),
  }));

const isConstant = ({ values }: Feature): boolean => values.every((value) => value === values[0]);

/** `(x - mean)/sd` with the population's standard deviation, the lecture's preprocessing. */
const standardised = ({ name, values }: Feature): Feature => {
  const centred = withoutMean(values);
  const largest = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Relative to the largest, so that no square overflows or vanishes.
  const relative = centred.map((value) => value / largest);
  const sd = Math.sqrt(mean(relative.map((value) => value ** 2)));
  return { name, values: relative.map((value) => value / sd) };
};

/** Throws where f, a sum of squares of these numbers, would be infinite or 0 in float64. */
const checkSize = (values: Float64Array, what: string, advice: string): void => {
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  if (squares > 0 && squares < Infinity) return;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  throw new SteepestError(
    `${what}: the largest value is ${largest}, and its square is ${largest > 1 ? "infinite" : "0"} in float64; ${advice}`,
  );
};

/** The two classes, where the model is one of classes. Throws where the target does not suit the model. */
const classesOf = (
  { y, target }: CsvData,
  model: Model,
  file: string,
): readonly [negative: string, positive: string] | undefined => {
  const numbers = [...new Set(y)].sort((a, b) => a - b);
  const names = target.kind === "categorical" ? target.classes : numbers.map(String);
  const list = listed(names, 4);
  if (model !== "logistic") {
    if (target.kind === "numeric") return undefined;
    throw new SteepestError(
      `${file}: the target "${target.name}" holds texts (${list}), but ${model} needs numbers; take another target, or --model logistic for two classes`,
    );
  }
  const [negative, positive] = names;
  if (names.length === 2 && negative !== undefined && positive !== undefined) return [negative, positive];
  throw new SteepestError(
    `${file}: logistic regression needs two classes, but the target "${target.name}" has ${names.length} different values (${list}); keep the rows of two of them${target.kind === "numeric" ? ", or take --model least-squares" : ""}`,
  );
};

/**
 * Reads a CSV file into X and y. Throws as `readCsv` does, where the target does not suit the model, and where no feature
 * is left.
 */
export const readCsvProblem = async (
  file: string,
  { model, intercept = false, standardise = false, ...options }: CsvProblemOptions,
): Promise<CsvProblem> => {
  const data = await readCsv(file, options, onCommandLine);
  const classes = classesOf(data, model, file);
  const all = featuresOf(data);
  const constant = all.filter(isConstant);
  if (constant.length === all.length) {
    throw new SteepestError(
      `${file}: every feature is constant (${listed(constant.map(({ name }) => name))}), so there is nothing to learn from`,
    );
  }
  const features = standardise ? all.filter((feature) => !isConstant(feature)).map(standardised) : all;
  if (intercept) features.push({ name: "intercept", values: new Float64Array(data.n).fill(1) });
  const columns = features.length;
  const values = new Float64Array(data.n * columns);
  features.forEach((feature, j) => {
    for (let i = 0; i < data.n; i++) values[i * columns + j] = feature.values[i] ?? missing();
  });
  checkSize(values, `${file}: features`, "choose other units, or --standardise");
  checkSize(data.y, `${file}: target "${data.target.name}"`, "choose other units");
  return {
    X: { rows: data.n, columns, values },
    y: data.y,
    columns: features.map(({ name }) => name),
    ...(classes === undefined ? {} : { classes }),
    notes: [
      ...data.notes,
      ...(standardise && constant.length > 0
        ? [`left out, since standardised they are 0 everywhere: ${listed(constant.map(({ name }) => name))}`]
        : []),
    ],
  };
};
