import { SteepestError } from "../errors.js";
import { meaning, scatter } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { missing } from "../missing.js";
import { count, number } from "./format.js";
import { drawing, narrowWidth } from "./layout.js";
import type { RunRecord } from "./record.js";

export type Predictions = NonNullable<RunRecord["predictions"]>;

export interface RegressionFit {
  /** Root-mean-square error √(Σ(y − ŷ)² / n), in the target's units. */
  readonly rmse: number;
  /** Coefficient of determination R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; NaN where all true values are equal. The mean over the numbers of an example. */
  readonly r2: number;
  /** Errors |y − ŷ| from the smallest to the largest. */
  readonly errors: Float64Array;
}

/**
 * How well predictions fit.
 *
 * @throws SteepestError when there is not one prediction for each true value.
 */
export const regressionFit = ({ truth, predicted, size = 1 }: Predictions): RegressionFit => {
  if (truth.length !== predicted.length || truth.length === 0 || truth.length % size !== 0)
    throw new SteepestError(
      `report: ${predicted.length} predictions for ${truth.length} true values of ${size} an example; give one for each`,
    );
  const n = truth.length / size;
  const residual = (i: number) => (truth[i] ?? missing()) - (predicted[i] ?? missing());
  const squares = (of: (i: number) => number, column: number) => {
    let sum = 0;
    for (let i = column; i < truth.length; i += size) sum += of(i) ** 2;
    return sum;
  };
  const columns = Array.from({ length: size }, (_, column) => {
    let mean = 0;
    for (let i = column; i < truth.length; i += size) mean += (truth[i] ?? missing()) / n;
    const left = squares(residual, column);
    const all = squares((i) => (truth[i] ?? missing()) - mean, column);
    return { left, r2: all > 0 ? 1 - left / all : Number.NaN };
  });
  return {
    rmse: Math.sqrt(columns.reduce((sum, { left }) => sum + left, 0) / truth.length),
    r2: columns.reduce((sum, { r2 }) => sum + r2, 0) / size,
    errors: Float64Array.from(truth, (_, i) => Math.abs(residual(i))).sort(),
  };
};

/** What the values are, as an addition to a word: "price (€)". */
const suffix = ({ label }: Predictions): string => (label === undefined ? "" : ` ${label}`);

/** More points than this make a drawing of megabytes that shows no more. */
const mostPoints = 3000;

/** The numbers of the values that are drawn: of many, some that are evenly spread. */
export const drawnOf = (values: number): number[] => {
  const every = Math.ceil(values / mostPoints);
  return Array.from({ length: Math.ceil(values / every) }, (_, i) => i * every);
};

/** Whether all are drawn, in words. */
export const drawnText = (values: number): string =>
  values > mostPoints
    ? `Every point is one of ${count(drawnOf(values).length)} examples out of ${count(values)}`
    : "Every point is a test example";

/** Predicted against true values. */
export const predictionChart = async (pairs: Predictions): Promise<Markup> => {
  const points = drawnOf(pairs.truth.length).map(
    (i) => [pairs.truth[i] ?? missing(), pairs.predicted[i] ?? missing()] as const,
  );
  const chart = (width: number, height: number) =>
    scatter({
      groups: [{ name: "test", points, colour: meaning.test }],
      x: { label: `true${suffix(pairs)}` },
      y: { label: `predicted${suffix(pairs)}` },
      identity: true,
      width,
      height,
    });
  return markup`<p class="note">${drawnText(pairs.truth.length)}; on the dashed line the prediction is right.</p>${drawing("predicted against true values", await chart(520, 480), await chart(narrowWidth, 330))}`;
};

/** How large the errors are: half of them, nine of ten, all. */
export const errorTable = (pairs: Predictions): Markup => {
  const { errors } = regressionFit(pairs);
  const below = (share: number) => errors[Math.ceil(share * errors.length) - 1] ?? missing();
  const rows = [
    ["half of the errors are at most", below(0.5)],
    ["nine of ten are at most", below(0.9)],
    ["the largest is", below(1)],
  ] as const;
  return markup`<table><tbody>${rows.map(
    ([text, value]) => markup`<tr><td>${text}</td><td class="n">${number(value)}</td></tr>`,
  )}</tbody></table><p class="note after">Of ${count(errors.length)} test values, in the target's units.</p>`;
};
