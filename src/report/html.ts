import { decisionRegions } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { confusedPairs, confusionMatrix, hardestClasses, hasMatrix } from "./confusion.js";
import { curves } from "./curves.js";
import { headline } from "./headline.js";
import { insights } from "./insight.js";
import { columns, drawing, factsTable, narrowWidth, page, section } from "./layout.js";
import { mistakeGallery } from "./mistakes.js";
import type { RunRecord } from "./record.js";
import { errorTable, predictionChart } from "./regression.js";
import { tableSections } from "./table.js";
import { besideTable, epochTable, mostArrays, parameterTable, resultsTable } from "./tables.js";

const regionMap = async (map: NonNullable<RunRecord["regions"]>): Promise<Markup> => {
  const chart = (width: number) =>
    decisionRegions({
      ...map,
      x: { label: "first input" },
      y: { label: "second input" },
      width,
      height: width,
    });
  return markup`<p class="note">The colour of the ground is the model's answer there, pale where it is unsure; points are test examples in the colour of their true class.</p>${drawing("decision regions", await chart(520), await chart(narrowWidth))}`;
};

/** What came out: scores and the kinds of mistakes on the left, the largest picture on the right. */
const results = async (record: RunRecord): Promise<Markup | undefined> => {
  const { confusion, regions, predictions } = record;
  const scored = Object.values(record.results).some((score) => score !== undefined);
  const pairs = predictions && predictions.truth.length > 0 ? predictions : undefined;
  const matrix =
    confusion && hasMatrix(confusion)
      ? section("Which classes are confused", await confusionMatrix(confusion))
      : undefined;
  const others = record.beside && section("Beside simpler models", besideTable(record.beside));
  const map = regions && section("Decision regions", await regionMap(regions));
  const chart = pairs && section("Predicted and true values", await predictionChart(pairs));
  const title = record.diverged === undefined ? "Results" : "Scores of the weights that were kept";
  const table = scored && section(title, resultsTable(record));
  const often = confusion && section("Most frequent mistakes", await confusedPairs(confusion));
  const sizes = pairs && !record.table && section("Sizes of the errors", errorTable(pairs));
  if (map) return columns([table, others, matrix, sizes], [map]);
  if (chart || matrix) return columns([table, others, often, sizes], [chart ?? matrix]);
  const hardest = confusion && section("Hardest classes", hardestClasses(confusion));
  return columns([table, others, hardest, sizes], [often]);
};

const training = async (record: RunRecord): Promise<Markup | undefined> => {
  const { epochs, stopReason } = record;
  if (epochs.length === 0) return undefined;
  const stopped = stopReason && markup`<p class="note">Stopped: ${stopReason}.</p>`;
  if (epochs.length === 1) return section("Training", markup`${stopped}${epochTable(record)}`);
  return section(
    "Training",
    markup`${stopped}${await curves(record)}<details><summary>Every epoch in numbers</summary>${epochTable(record)}</details>`,
  );
};

const mistakes = async ({ mistakes: wrong = [] }: RunRecord): Promise<Markup | undefined> =>
  wrong.length === 0
    ? undefined
    : section(
        "Worst mistakes",
        markup`<p class="note">Test examples answered wrongly with the most confidence: the true class, the answer, and the probability the model gave it.</p>${await mistakeGallery(wrong)}`,
      );

const next = ({ files = [], nextCommand }: RunRecord): Markup | undefined =>
  files.length === 0 && nextCommand === undefined
    ? undefined
    : section(
        "Use it",
        markup`${nextCommand !== undefined && markup`<pre><code>${nextCommand}</code></pre>`}${
          files.length > 0 &&
          markup`<table><tbody>${files.map(
            ({ path, what }) =>
              markup`<tr><td><a href="./${encodeURI(path)}">${path}</a></td><td>${what}</td></tr>`,
          )}</tbody></table>`
        }`,
      );

/** What was asked for and what was made of it. How to use it stands in the shorter column. */
const settings = (record: RunRecord): Markup | undefined => {
  const asked = Object.keys(record.configuration).length;
  const arrays = record.parameters.length;
  const configuration = asked > 0 && section("Configuration", factsTable(record.configuration));
  const parameters = arrays > 0 && section("Parameters", parameterTable(record));
  return asked > 0 && arrays > asked && arrays <= mostArrays
    ? columns([configuration, next(record)], [parameters])
    : columns([configuration], [parameters, next(record)]);
};

/**
 * The report of a run as one HTML page that needs nothing else: style, charts and pictures lie inside, there are no
 * scripts, and nothing is fetched. Results come first (how training went, where it diverged), then how training went, then
 * what was asked for. Sections without data are left out. All text of the record is escaped.
 *
 * @throws SteepestError when parts of the record contradict each other, such as pixels that do not fit their layout.
 */
export const htmlReport = async (record: RunRecord): Promise<string> => {
  const [outcome, wrong, course, seen, table] = await Promise.all([
    results(record),
    mistakes(record),
    training(record),
    record.insight && insights(record.insight),
    record.table && tableSections(record.table, { pairs: record.predictions === undefined }),
  ]);
  return page({
    ...record,
    head: headline(record),
    body: [
      record.diverged === undefined ? [outcome, wrong, course, seen] : [course, outcome, wrong, seen],
      table ?? [],
      settings(record),
    ],
  });
};
