import { wrongOf } from "../metrics/confusion-matrix.js";
import type { MetricValue, ScoredClasses, ScoredValues } from "../metrics/index.js";
import { plainMetrics } from "../metrics/usual.js";
import { missing } from "../missing.js";
import { number, percent as share } from "../report/format.js";
import { metricLines } from "../report/metric-names.js";
import type { ImportanceRecord } from "../report/table-record.js";
import { interval } from "../statistics.js";
import { count } from "./output.js";

/** Of more classes than this those are shown that are told from the rest worst. */
const mostClasses = 12;
const mostPairs = 5;

const textTable = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, j) => Math.max(...rows.map((row) => (row[j] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};

const metricText = (metrics: Readonly<Record<string, MetricValue>>): string[] =>
  textTable(
    metricLines(metrics).map(({ name, text, why }) => [name, why === undefined ? text : `–  (${why})`]),
  );

/** How wrong answers are told in words: the share with its interval, and what always answering the most frequent class would reach. */
const verdict = ({ confusion, rows }: ScoredClasses, classes: readonly string[]): string[] => {
  const wrong = wrongOf(confusion);
  const [low, high] = interval(wrong / rows, rows);
  const totals = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const largest = totals.indexOf(Math.max(...totals));
  return [
    `error ${share(wrong / rows)}: ${count(wrong)} of ${count(rows)} wrong, 95 % interval ${share(low)} to ${share(high)}`,
    `(always answering ${classes[largest]}, the most frequent class: ${share(1 - (totals[largest] ?? missing()) / rows)})`,
  ];
};

/** The scores of a classifier as lines for a terminal. */
export const classesText = (scored: ScoredClasses, classes: readonly string[]): string[] => {
  const name = (i: number) => classes[i] ?? String(i);
  const order = scored.classes.map((_, i) => i);
  const few = order.length <= mostClasses;
  const shown = few
    ? order
    : order
        .filter((i) => (scored.classes[i]?.rows ?? 0) > 0)
        .sort((a, b) => (scored.classes[a]?.f1 ?? 0) - (scored.classes[b]?.f1 ?? 0))
        .slice(0, mostClasses);
  const pairs = scored.confusion
    .flatMap((row, truth) =>
      row.flatMap((times, answered) => (times > 0 && truth !== answered ? [{ truth, answered, times }] : [])),
    )
    .sort((a, b) => b.times - a.times)
    .slice(0, mostPairs);
  return [
    ...verdict(scored, classes),
    "",
    ...metricText(scored.metrics),
    ...(scored.positive === undefined
      ? ["(precision, recall, F1 and areas are means over the classes)"]
      : [`(precision, recall and F1 are about ${name(scored.positive)})`]),
    "",
    ...textTable([
      ["class", "examples", "precision", "recall", "F1"],
      ...shown.map((i) => {
        const { rows, precision, recall, f1 } = scored.classes[i] ?? missing();
        return [name(i), count(rows), share(precision), share(recall), share(f1)];
      }),
    ]),
    ...(few
      ? []
      : [`and ${order.length - shown.length} classes with a higher F1, or none of whose pictures is there`]),
    ...(pairs.length === 0 ? [] : [""]),
    ...pairs.map(
      ({ truth, answered, times }) => `${name(truth)} taken for ${name(answered)}: ${count(times)} times`,
    ),
  ];
};

/** The scores of answered values as lines for a terminal. */
export const valuesText = (scored: ScoredValues): string[] => [
  `${count(scored.rows)} rows, errors in the target's units`,
  "",
  ...metricText(scored.metrics),
];

/** Of more columns than this the others are left to the report. */
const mostColumns = 8;

/** Which columns of a table a model needs, as lines for a terminal. */
export const importanceText = ({ measure, columns }: ImportanceRecord): string[] => [
  ...textTable([
    ["column", `rise of ${measure} where it is shuffled`],
    ...columns.slice(0, mostColumns).map(({ name, rise }) => [name, number(rise)]),
  ]),
  ...(columns.length > mostColumns
    ? [`and ${count(columns.length - mostColumns)} columns that matter less`]
    : []),
];

/** The scores of a classifier as `--json` says them: metrics as shares, the error in percent. */
export const classesJson = (scored: ScoredClasses, classes: readonly string[]) => ({
  examples: scored.rows,
  error: (100 * wrongOf(scored.confusion)) / scored.rows,
  metrics: plainMetrics(scored.metrics),
  classes: scored.classes.map((scores, i) => ({ name: classes[i], ...scores })),
  confusion: scored.confusion,
  ...(scored.positive !== undefined && { positive: classes[scored.positive] }),
  ...(scored.reliability && { reliability: scored.reliability }),
});
