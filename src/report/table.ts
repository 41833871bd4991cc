import { barChart, type Figure, lineChart, meaning, scatter } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { missing } from "../missing.js";
import { classTable, curveSections, metricTable, reliabilitySection } from "./classes.js";
import { count, number } from "./format.js";
import { columns, drawing, type Maybe, narrowWidth, section } from "./layout.js";
import { metricLines } from "./metric-names.js";
import { drawnOf, drawnText, predictionChart } from "./regression.js";
import type {
  ColumnRecord,
  DependenceRecord,
  ImportanceRecord,
  TableRecord,
  TargetRecord,
} from "./table-record.js";

const wide = 520;

const twice = async (label: string, chart: (width: number) => Promise<Figure>): Promise<Markup> =>
  drawing(label, await chart(wide), await chart(narrowWidth));

/** More columns than this are folded away. */
const mostColumns = 40;

/** What the columns were taken for. */
export const columnTable = (all: readonly ColumnRecord[]): Markup => {
  const table = markup`<div class="scroll"><table><thead><tr><th>column</th><th>taken for</th><th>what is known of it</th></tr></thead><tbody>${all.map(
    ({ name, kind, said }) => markup`<tr><td>${name}</td><td>${kind ?? "left out"}</td><td>${said}</td></tr>`,
  )}</tbody></table></div>`;
  return all.length <= mostColumns
    ? table
    : markup`<details><summary>${count(all.length)} columns</summary>${table}</details>`;
};

/** Errors over what was predicted: where they have a pattern, something is left to be learned. */
const residualChart = ({ truth, predicted }: NonNullable<TargetRecord["values"]>): Promise<Markup> => {
  const points = drawnOf(truth.length).map((i) => {
    const answer = predicted[i] ?? missing();
    return [answer, (truth[i] ?? missing()) - answer] as const;
  });
  return twice("residuals over predictions", (width) =>
    scatter({
      groups: [{ name: "rows", points, colour: meaning.test }],
      x: { label: "predicted" },
      y: { label: "true value − predicted" },
      width,
      height: Math.min(width, 400),
    }),
  );
};

const mostBars = 20;

const importanceChart = (columns: ImportanceRecord["columns"]): Promise<Markup> => {
  const shown = columns.slice(0, mostBars);
  return twice("importance of columns", (width) =>
    barChart({
      categories: shown.map(({ name }) => name),
      series: [{ name: "rise", values: shown.map(({ rise }) => rise) }],
      horizontal: true,
      format: number,
      width,
    }),
  );
};

const importanceSection = async ({ importance, name }: TargetRecord, rows: string): Promise<Markup> => {
  const title = "Which columns it needs";
  if (!importance) {
    return section(
      title,
      markup`<p class="note">Not measured: with so many columns, shuffling each in turn would take too long. What stands below of single columns is of the first ones, not of the most important.</p>`,
    );
  }
  const { measure, columns } = importance;
  return section(
    title,
    markup`<p class="note">By how much the ${measure} of ${name} rises on the ${rows} where a column's values are shuffled among them. Columns that say the same share their importance.</p>${await importanceChart(columns)}${
      columns.length > mostBars &&
      markup`<p class="note after">And ${count(columns.length - mostBars)} columns that matter less.</p>`
    }`,
  );
};

/** Curves of more classes than this cannot be told apart. */
const mostCurves = 6;

/** The classes whose probabilities are drawn: the positive one of two, else the first few. */
const drawnClasses = ({ classes, scored }: TargetRecord): readonly number[] => {
  if (scored.kind === "class" && scored.positive !== undefined) return [scored.positive];
  return Array.from({ length: Math.min(mostCurves, Math.max(1, classes.length)) }, (_, k) => k);
};

const yearOf = (days: number): number => 1970 + days / 365.2425;

const dependenceChart = (
  { name, kind, points }: DependenceRecord,
  target: TargetRecord,
  width: number,
): Promise<Figure> => {
  const drawn = drawnClasses(target);
  const nameOf = (k: number) => target.classes[k] ?? target.name;
  const label = target.classes.length > 0 ? "mean probability" : `mean ${target.name}`;
  if (points.some(({ at }) => typeof at === "string")) {
    return barChart({
      categories: points.map(({ at }) => String(at)),
      series: drawn.map((k) => ({
        name: nameOf(k),
        values: points.map(({ answers }) => answers[k] ?? missing()),
      })),
      value: { label },
      horizontal: true,
      format: number,
      title: name,
      width,
    });
  }
  const place = kind === "date" ? yearOf : (at: number) => at;
  return lineChart({
    series: drawn.map((k) => ({
      name: nameOf(k),
      points: points.map(({ at, answers }) => [place(Number(at)), answers[k] ?? missing()] as const),
      dots: false,
    })),
    x:
      kind === "date"
        ? { label: `${name} (year)`, format: String }
        : { label: kind === "time" ? `${name} (hour)` : name },
    y: { label },
    title: name,
    width,
    height: 260,
  });
};

const dependenceSection = async (target: TargetRecord): Promise<Markup | undefined> => {
  const { dependence, classes } = target;
  if (dependence.length === 0) return undefined;
  const [only] = drawnClasses(target);
  const about =
    classes.length === 0
      ? ""
      : classes.length === 2
        ? ` (the probability of ${classes[only ?? 1]})`
        : classes.length > mostCurves
          ? ` (the probabilities of the first ${mostCurves} classes)`
          : "";
  const charts = await Promise.all(
    dependence.map(
      async (each) =>
        markup`<div class="of-3">${await twice(`${target.name} by ${each.name}`, (width) =>
          dependenceChart(each, target, Math.min(width, 350)),
        )}</div>`,
    ),
  );
  return section(
    "How its answers depend on them",
    markup`<p class="note">The mean answer${about} where all rows are given the same value in one column and keep what they have in the others.</p><div class="charts">${charts}</div>`,
  );
};

/** Columns of a row that are shown beside its answer. */
const worstTable = ({ worst, classes }: TargetRecord): Markup => {
  const shown = Object.keys(worst[0]?.cells ?? {});
  const off = classes.length > 0 ? "certainty" : "off by";
  const text = (value: string | number) => (typeof value === "number" ? number(value) : value);
  return markup`<div class="scroll"><table><thead><tr><th class="n">line</th><th>true</th><th>answered</th><th class="n">${off}</th>${shown.map(
    (name) => markup`<th class="wide-only">${name}</th>`,
  )}</tr></thead><tbody>${worst.map(
    (row) =>
      markup`<tr><td class="n">${String(row.line)}</td><td>${text(row.truth)}</td><td class="wrong">${text(row.answered)}</td><td class="n">${number(row.off)}</td>${shown.map(
        (name) => markup`<td class="wide-only">${row.cells[name] ?? ""}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
};

const worstSection = (target: TargetRecord, rows: string): Markup | undefined =>
  target.worst.length === 0
    ? undefined
    : section(
        "Worst mistakes",
        markup`<p class="note">The ${rows} ${
          target.classes.length > 0
            ? "that were answered wrongly with the largest probability"
            : "whose answers are furthest from the truth"
        }, by their lines in the file, with the columns that matter most.</p>${worstTable(target)}`,
      );

/** Metrics, curves and the importance of columns, of classes and of values. */
const scoreSections = async (
  target: TargetRecord,
  rows: string,
  pairs: boolean,
): Promise<readonly Maybe[]> => {
  const { scored, classes, values } = target;
  const importance = await importanceSection(target, rows);
  if (scored.kind === "class") {
    return [
      columns(
        [section("Metrics", metricTable(scored, classes))],
        [section("Each class", classTable(scored.classes, classes))],
      ),
      await curveSections(scored, classes),
      columns([await reliabilitySection(scored, classes)], [importance]),
    ];
  }
  const table = markup`<table><tbody>${metricLines(scored.metrics).map(
    ({ name, text, why }) =>
      markup`<tr><td>${name}${why !== undefined && markup`<br><small>${why}</small>`}</td><td class="n">${text}</td></tr>`,
  )}</tbody></table><p class="note after">Errors in the target's units.</p>`;
  const residuals =
    values &&
    section(
      "Residuals",
      markup`<p class="note">${drawnText(values.truth.length)}; a pattern is something that was not learned.</p>${await residualChart(values)}`,
    );
  const fit =
    pairs &&
    values &&
    section("Predicted and true values", await predictionChart({ ...values, label: target.name }));
  return fit
    ? [columns([section("Metrics", table), importance], [fit]), residuals]
    : [columns([section("Metrics", table), importance], [residuals])];
};

/** What a table's report says of each target, and of the columns as they were understood. */
export const tableSections = async (
  { columns: all, targets, rows }: TableRecord,
  /** Whether predicted and true values are to be drawn too. */
  { pairs }: { readonly pairs: boolean },
): Promise<readonly Maybe[]> => {
  const several = targets.length > 1;
  const each = await Promise.all(
    targets.map(
      async (target): Promise<readonly Maybe[]> => [
        several && markup`<h2>${target.name}</h2>`,
        ...(await scoreSections(target, rows, pairs)),
        await dependenceSection(target),
        worstSection(target, rows),
      ],
    ),
  );
  return [...each.flat(), section("The columns as they were understood", columnTable(all))];
};
