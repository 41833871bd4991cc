import { type Markup, markup } from "../figures/markup.js";
import { count, duration, number, percent } from "./format.js";
import type { BesideRecord, EpochRecord, RunRecord, Score } from "./record.js";

/** Loss and error on each part of the data. */
export const resultsTable = ({ results, lossName }: RunRecord): Markup => {
  const rows = Object.entries({
    training: results.train,
    validation: results.validation,
    test: results.test,
  }).flatMap(([name, score]): [string, Score][] => (score ? [[name, score]] : []));
  const withError = rows.some(([, score]) => score.error !== undefined);
  const withExamples = rows.some(([, score]) => score.examples !== undefined);
  return markup`<div class="scroll"><table><thead><tr><th>data</th>${withExamples && markup`<th class="n">examples</th>`}<th class="n">${lossName ?? "loss"}</th>${
    withError && markup`<th class="n">error</th><th class="n wide-only">accuracy</th>`
  }</tr></thead><tbody>${rows.map(
    ([name, { loss, error, examples }]) =>
      markup`<tr><td>${name}</td>${withExamples && markup`<td class="n">${examples === undefined ? "" : count(examples)}</td>`}<td class="n">${number(loss)}</td>${
        withError &&
        markup`<td class="n">${error === undefined ? "" : percent(error)}</td><td class="n wide-only">${error === undefined ? "" : percent(1 - error)}</td>`
      }</tr>`,
  )}</tbody></table></div>${
    results.train &&
    markup`<p class="note after">Training scores are means over the epoch, each taken before its update, dropout and penalties included.</p>`
  }`;
};

/** What simpler models reach on the same examples. */
export const besideTable = ({ rows, measure, models, sentence }: BesideRecord): Markup => {
  const text = measure === "error" ? percent : number;
  return markup`<div class="scroll"><table><thead><tr><th>on ${count(rows)} test rows</th><th class="n">${measure}</th><th class="n">95 % interval</th></tr></thead><tbody>${models.map(
    ({ name, value, low, high }) =>
      markup`<tr><td>${name}</td><td class="n">${text(value)}</td><td class="n">${text(low)} to ${text(high)}</td></tr>`,
  )}</tbody></table></div>${sentence !== "" && markup`<p class="note after">${sentence[0]?.toUpperCase()}${sentence.slice(1)}.</p>`}`;
};

/** More arrays than this are folded away: they would push everything after them down. */
export const mostArrays = 16;

/** The trainable arrays of the model with their total. */
export const parameterTable = ({ parameters }: RunRecord): Markup => {
  const total = count(parameters.reduce((sum, each) => sum + each.count, 0));
  const table = markup`<div class="scroll"><table><thead><tr><th>name</th><th>shape</th><th class="n">numbers</th></tr></thead><tbody>${parameters.map(
    (each) =>
      markup`<tr><td><code>${each.name}</code></td><td>${each.shape.map(String).join(" × ") || "scalar"}</td><td class="n">${count(each.count)}</td></tr>`,
  )}</tbody><tfoot><tr><td>total</td><td></td><td class="n">${total}</td></tr></tfoot></table></div>`;
  return parameters.length <= mostArrays
    ? table
    : markup`<details><summary>${count(parameters.length)} arrays of ${total} numbers in total</summary>${table}</details>`;
};

const columns: readonly (readonly [
  heading: string,
  value: (epoch: EpochRecord) => number | undefined,
  text: (value: number) => string,
])[] = [
  ["epoch", ({ epoch }) => epoch, count],
  ["training loss", ({ trainLoss }) => trainLoss, number],
  ["training error", ({ trainError }) => trainError, percent],
  ["validation loss", ({ validationLoss }) => validationLoss, number],
  ["validation error", ({ validationError }) => validationError, percent],
  ["learning rate", ({ learningRate }) => learningRate, number],
  ["sharpness", ({ sharpness }) => sharpness, number],
  ["examples/s", ({ samplesPerSecond }) => samplesPerSecond, count],
  ["time", ({ seconds }) => seconds, duration],
];

/** Every epoch's numbers, without the columns that no epoch has. */
export const epochTable = ({ epochs, bestEpoch }: RunRecord): Markup => {
  const shown = columns.filter(([, value]) => epochs.some((each) => value(each) !== undefined));
  return markup`<div class="scroll"><table><thead><tr>${shown.map(
    ([heading]) => markup`<th class="n">${heading}</th>`,
  )}</tr></thead><tbody>${epochs.map(
    (each) =>
      markup`<tr${each.epoch === bestEpoch && markup` class="best"`}>${shown.map(([, value, text]) => {
        const cell = value(each);
        return markup`<td class="n">${cell === undefined ? "" : text(cell)}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
};
