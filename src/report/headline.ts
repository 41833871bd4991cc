import { type Markup, markup } from "../figures/markup.js";
import { count, duration, interval, number, percent } from "./format.js";
import type { RunRecord, Score } from "./record.js";

const card = (value: string, label: string, className?: string): Markup =>
  markup`<div${className && markup` class="${className}"`}><b>${value}</b><span>${label}</span></div>`;

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
    ? `: ${count(error * examples)} of ${count(examples)} wrong, 95 % interval ${percent(low)} to ${percent(high)}`
    : "";
  return card(percent(error), `${name} error${certainty}`, "main");
};

/** Training that diverged has no result: the scores of the weights that were kept stand further down. */
const banner = (diverged: string): Markup =>
  markup`<p class="banner" role="alert"><b>Training diverged.</b> There is no result: ${diverged}.</p>`;

/** The result that counts, or that there is none, in large type, and what it took. */
export const headline = (record: RunRecord): Markup => {
  const { results, epochs, parameters, bestEpoch, lossName, diverged } = record;
  const [name, score] =
    diverged !== undefined
      ? (["", undefined] as const)
      : results.test
        ? (["test", results.test] as const)
        : results.validation
          ? (["validation", results.validation] as const)
          : (["training", results.train] as const);
  const elapsed = (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000;
  const seconds = epochs.reduce((total, each) => total + each.seconds, 0);
  const examples = epochs.reduce((total, each) => total + each.samplesPerSecond * each.seconds, 0);
  return markup`${diverged !== undefined && banner(diverged)}<div class="headline">${score && verdict(name, score, lossName)}${
    score?.error !== undefined && card(number(score.loss), `${name} ${lossName ?? "loss"}`)
  }${
    epochs.length > 0 &&
    card(
      bestEpoch === undefined ? count(epochs.length) : `${bestEpoch} of ${epochs.length}`,
      bestEpoch === undefined ? (epochs.length === 1 ? "epoch" : "epochs") : "best epoch",
    )
  }${card(duration(elapsed), "from start to end")}${
    seconds > 0 && card(count(examples / seconds), "training examples a second")
  }${
    parameters.length > 0 &&
    card(count(parameters.reduce((total, each) => total + each.count, 0)), "trainable numbers")
  }</div>`;
};
