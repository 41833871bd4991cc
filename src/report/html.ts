import { confusionChart, decisionRegions, type Figure, scatter } from "../figures/index.js";
import { type Markup, markup, raw } from "../figures/markup.js";
import { curves } from "./curves.js";
import { moment, number } from "./format.js";
import { headline } from "./headline.js";
import { mistakeGallery } from "./mistakes.js";
import type { RunRecord } from "./record.js";
import { style } from "./style.js";
import { configurationTable, epochTable, parameterTable, resultsTable } from "./tables.js";

const section = (title: string, content: Markup): Markup =>
  markup`<section><h2>${title}</h2>${content}</section>`;

const drawing = ({ svg }: Figure, label: string): Markup =>
  markup`<figure role="img" aria-label="${label}">${raw(svg)}</figure>`;

const training = async (record: RunRecord): Promise<Markup | undefined> => {
  if (record.epochs.length === 0) return undefined;
  const stopped = record.stopReason && markup`<p class="note">Stopped: ${record.stopReason}.</p>`;
  if (record.epochs.length === 1) return section("Training", markup`${stopped}${epochTable(record)}`);
  const charts = (await curves(record)).map((chart) => drawing(chart, "curve over the epochs"));
  return section(
    "Training",
    markup`${stopped}<div class="charts">${charts}</div><details><summary>Every epoch in numbers</summary>${epochTable(record)}</details>`,
  );
};

const confusion = async ({ confusion: matrix }: RunRecord): Promise<Markup | undefined> => {
  if (!matrix) return undefined;
  const chart = await confusionChart(matrix);
  return section(
    "Which classes are confused",
    markup`<p class="note">Each row is a true class. Right answers are blue; mistakes are orange, the darker the larger their share of the row.</p>${drawing(chart, "confusion matrix")}`,
  );
};

const mistakes = async ({ mistakes: wrong = [] }: RunRecord): Promise<Markup | undefined> =>
  wrong.length === 0
    ? undefined
    : section(
        "Worst mistakes",
        markup`<p class="note">Test examples answered wrongly with the most confidence: the true class, the answer, and the probability the model gave it.</p>${await mistakeGallery(wrong)}`,
      );

/** Coefficient of determination, R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)². */
const determination = (truth: readonly number[], predicted: ArrayLike<number>): number => {
  const mean = truth.reduce((a, b) => a + b, 0) / truth.length;
  const residual = truth.reduce((sum, y, i) => sum + (y - (predicted[i] ?? Number.NaN)) ** 2, 0);
  return 1 - residual / truth.reduce((sum, y) => sum + (y - mean) ** 2, 0);
};

const predictions = async ({ predictions: pairs }: RunRecord): Promise<Markup | undefined> => {
  if (!pairs || pairs.truth.length === 0) return undefined;
  const truth = Array.from(pairs.truth);
  const points = truth.map((y, i) => [y, pairs.predicted[i] ?? Number.NaN] as const);
  const suffix = pairs.label === undefined ? "" : ` ${pairs.label}`;
  const chart = await scatter({
    groups: [{ name: "test", points }],
    x: { label: `true${suffix}` },
    y: { label: `predicted${suffix}` },
    identity: true,
    width: 520,
    height: 480,
  });
  return section(
    "Predicted and true values",
    markup`<p class="note">Every point is a test example; on the dashed line the prediction is right. R² = ${number(determination(truth, pairs.predicted))}.</p>${drawing(chart, "predicted against true values")}`,
  );
};

const regions = async ({ regions: map }: RunRecord): Promise<Markup | undefined> => {
  if (!map) return undefined;
  const chart = await decisionRegions({
    ...map,
    x: { label: "first input" },
    y: { label: "second input" },
  });
  return section(
    "Decision regions",
    markup`<p class="note">The colour of the ground is the model's answer there, pale where it is unsure; points are test examples in the colour of their true class.</p>${drawing(chart, "decision regions")}`,
  );
};

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

/** Sections beside each other where the page is wide enough. */
const columns = (...sections: readonly (Markup | false | undefined)[]): Markup | undefined => {
  const present = sections.flatMap((each) => each || []);
  return present.length === 0 ? undefined : markup`<div class="columns">${present}</div>`;
};

/**
 * The report of a run as one HTML page that needs nothing else: style, charts and pictures lie inside, there are no
 * scripts, and nothing is fetched. Sections without data are left out. All text of the record is escaped.
 *
 * @throws SteepestError when parts of the record contradict each other, such as pixels that do not fit their layout.
 */
export const htmlReport = async (record: RunRecord): Promise<string> => {
  const [course, matrix, wrong, pairs, map] = await Promise.all([
    training(record),
    confusion(record),
    mistakes(record),
    predictions(record),
    regions(record),
  ]);
  const scored = Object.values(record.results).some((score) => score !== undefined);
  const configured = Object.keys(record.configuration).length > 0;
  const versions = Object.entries(record.versions).map(([name, version]) => `${name} ${version}`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${record.title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<header><h1>${record.title}</h1><p>${moment(record.startedAt)} to ${moment(record.finishedAt)}</p>${headline(record)}</header>
${course}
${columns(matrix, map, pairs, scored && section("Results", resultsTable(record)))}
${wrong}
${columns(
  configured && section("Configuration", configurationTable(record)),
  record.parameters.length > 0 && section("Parameters", parameterTable(record)),
)}
${next(record)}
<footer>${versions.join(" · ")}</footer>
</main>
</body>
</html>
`.markup;
};
