import { type Markup, markup } from "../figures/markup.js";
import { interval } from "../statistics.js";
import { count, duration, number, percent } from "./format.js";
import type { RunRecord, Score } from "./record.js";
import { regressionFit } from "./regression.js";

/** A number in large type, and what it is. */
export const card = (value: string, label: string, className?: string): Markup =>
  markup`<div${className && markup` class="${className}"`}><b>${value}</b><span>${label}</span></div>`;

/** The score of classifiers and of losses without a unit. */
const verdict = (name: string, { loss, error, examples }: Score, lossName = "loss"): Markup => {
  if (error === undefined)
    return card(
      number(loss),
      `${name} ${lossName}${examples ? ` on ${count(examples)} examples` : ""}`,
      "main",
    );
  const known = examples !== undefined && examples > 0 && Number.isFinite(error);
  const [low, high] = known ? interval(error, examples) : [error, error];
  const certainty = known
    ? `: ${count(error * examples)} of ${count(examples)} wrong, 95 % interval ${percent(low)} to ${percent(high)}`.replaceAll(
        " %",
        "\u00a0%",
      )
    : "";
  return markup`${card(percent(error), `${name} error${certainty}`, "main")}${card(number(loss), `${name} ${lossName}`)}`;
};

/** The score of a regression, in the target's units. */
const regressionVerdict = (predictions: NonNullable<RunRecord["predictions"]>): Markup => {
  const { rmse, r2 } = regressionFit(predictions);
  const { label, truth, size = 1 } = predictions;
  return markup`${card(
    number(rmse),
    `root-mean-square error on ${count(truth.length / size)} test examples, ${label === undefined ? "in the target's units" : label}`,
    "main",
  )}${card(Number.isNaN(r2) ? "—" : r2.toFixed(3), Number.isNaN(r2) ? "R² is undefined: all true values are equal" : "R² on the test examples")}`;
};

const scored = ({ results }: RunRecord): readonly [string, Score | undefined] =>
  results.test
    ? ["test", results.test]
    : results.validation
      ? ["validation", results.validation]
      : ["training", results.train];

/** The result that counts. */
const result = (record: RunRecord): Markup | undefined => {
  const { predictions, lossName } = record;
  if (predictions && predictions.truth.length > 0) return regressionVerdict(predictions);
  const [name, score] = scored(record);
  return score && verdict(name, score, lossName);
};

/** Training that diverged has no result: the scores of the weights that were kept stand further down. */
const banner = (diverged: string): Markup =>
  markup`<p class="banner" role="alert"><b>Training diverged.</b> There is no result: ${diverged}.</p>`;

/** Which weights the results are of. */
const weights = ({ bestEpoch, epochs, diverged }: RunRecord): Markup | undefined => {
  if (diverged !== undefined || epochs.length < 2) return undefined;
  return markup`<p class="note">Results, pictures and the saved model are of the weights ${
    bestEpoch === undefined
      ? "after the last epoch"
      : `of epoch ${bestEpoch} of ${epochs.length}, the best on the validation data`
  }.</p>`;
};

/** The result that counts, or that there is none, in large type, and what it took. */
export const headline = (record: RunRecord): Markup => {
  const { epochs, parameters, diverged } = record;
  const elapsed = (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000;
  // Epochs have equal numbers of examples, so that their speeds have a harmonic mean.
  const speed =
    epochs.length / epochs.reduce((total, { samplesPerSecond }) => total + 1 / samplesPerSecond, 0);
  return markup`${diverged !== undefined && banner(diverged)}<div class="headline">${diverged === undefined && result(record)}${
    epochs.length > 0 && card(count(epochs.length), epochs.length === 1 ? "epoch" : "epochs")
  }${card(duration(elapsed), "from start to end")}${
    epochs.length > 0 && card(count(speed), "training examples a second")
  }${
    parameters.length > 0 &&
    card(count(parameters.reduce((total, each) => total + each.count, 0)), "trainable numbers")
  }</div>${weights(record)}`;
};
