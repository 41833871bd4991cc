import { lineChart, type Point } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { colour } from "../figures/palette.js";
import { rateScale, scaleOf } from "./curves.js";
import { columns, drawing, narrowWidth, type PageFacts, page, section } from "./layout.js";

/** What runs have under one name, in their order. */
export interface ComparisonRow {
  readonly name: string;
  readonly values: readonly string[];
  /** Which of them is the best, where one is. */
  readonly best?: number;
}

/** A number over the epochs of each run; NaN where it was not measured. */
export interface ComparisonCurve {
  readonly name: string;
  readonly values: readonly (readonly number[])[];
}

/** Runs side by side, as plain data. */
export interface ComparisonRecord extends PageFacts {
  /** The letter that each is called by, with its name. */
  readonly runs: readonly { readonly letter: string; readonly name: string }[];
  readonly notes: readonly string[];
  readonly results: readonly ComparisonRow[];
  /** Settings that are not the same in all of them. */
  readonly different: readonly ComparisonRow[];
  readonly same: Readonly<Record<string, string>>;
  readonly curves: readonly ComparisonCurve[];
}

const rowsTable = (rows: readonly ComparisonRow[], { runs }: ComparisonRecord): Markup =>
  markup`<div class="scroll"><table><thead><tr><th></th>${runs.map(
    ({ letter }) => markup`<th>${letter}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ({ name, values, best }) =>
      markup`<tr><th>${name}</th>${values.map(
        (value, i) => markup`<td>${i === best ? markup`<b>${value}</b>` : value}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;

const chartOf = async ({ name, values }: ComparisonCurve, { runs }: ComparisonRecord): Promise<Markup> => {
  const longest = Math.max(...values.map((run) => run.length));
  const series = values.flatMap((run, i) => {
    const points = run.flatMap((y, at): Point[] => (Number.isFinite(y) ? [[at + 1, y]] : []));
    return points.length > 0
      ? [{ name: runs[i]?.letter ?? "", colour: colour(i), points, dots: longest < 20 }]
      : [];
  });
  const chart = (width: number, height: number) =>
    lineChart({
      title: name,
      series,
      x: { label: "epoch", whole: true },
      y: {
        type: name === "learningRate" ? rateScale(values.flat().filter(Number.isFinite)) : scaleOf(series),
      },
      names: "legend",
      width,
      height,
    });
  return markup`<div class="of-2">${drawing(`${name} over the epochs`, await chart(537, 300), await chart(narrowWidth, 240))}</div>`;
};

/** Runs side by side as one HTML page that needs nothing else. All text of the record is escaped. */
export const comparisonReport = async (record: ComparisonRecord): Promise<string> => {
  const { runs, notes, results, different, same, curves } = record;
  const charts: Markup[] = [];
  for (const curve of curves) charts.push(await chartOf(curve, record));
  const alike = Object.entries(same);
  return page({
    ...record,
    head: markup`<table class="settings"><tbody>${runs.map(
      ({ letter, name }) => markup`<tr><th>${letter}</th><td>${name}</td></tr>`,
    )}</tbody></table>${notes.map((note) => markup`<p class="note">${note}</p>`)}`,
    body: [
      columns(
        [section("Results", rowsTable(results, record))],
        [different.length > 0 && section("Settings that differ", rowsTable(different, record))],
      ),
      charts.length > 0 && section("Over the epochs", markup`<div class="charts">${charts}</div>`),
      alike.length > 0 &&
        section(
          "The same in all",
          markup`<table class="settings"><tbody>${alike.map(
            ([name, value]) => markup`<tr><th>${name}</th><td>${value}</td></tr>`,
          )}</tbody></table>`,
        ),
    ],
  });
};
