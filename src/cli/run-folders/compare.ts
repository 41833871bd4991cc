import { highest, lowest } from "../../extremes.js";
import type { ComparisonCurve, ComparisonRow } from "../../report/comparison.js";
import { percent } from "../../report/format.js";
import { interval } from "../../statistics.js";
import { betterOf, factsIn, factText } from "./facts.js";
import { factsOfEpoch, type RunEntry } from "./read.js";
import { spark } from "./spark.js";

export interface Comparison {
  readonly runs: readonly RunEntry[];
  readonly different: readonly ComparisonRow[];
  readonly same: Readonly<Record<string, string>>;
  readonly results: readonly ComparisonRow[];
  readonly curves: readonly ComparisonCurve[];
  readonly notes: readonly string[];
}

const settingsIn = (runs: readonly RunEntry[]) => {
  const names = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const rows = names.map((name) => ({ name, values: runs.map(({ settings }) => settings[name] ?? "–") }));
  const isSame = ({ values }: ComparisonRow) => new Set(values).size === 1;
  return {
    different: rows.filter((row) => !isSame(row)),
    same: Object.fromEntries(rows.filter(isSame).map(({ name, values }) => [name, values[0] ?? ""])),
  };
};

/** The best of some numbers, where one is better than all others. */
const bestOf = (fact: string, values: readonly (number | undefined)[]): number | undefined => {
  const better = betterOf(fact);
  if (better === undefined || fact === "seconds") return undefined;
  const known = values.flatMap((value) => value ?? []);
  if (known.length < 2) return undefined;
  const best = better === "lower" ? lowest(known) : highest(known);
  return known.filter((value) => value === best).length === 1 ? values.indexOf(best) : undefined;
};

/** The error with its 95 % interval, where it is known of how many examples. */
const resultText = (fact: string, { facts, tested }: RunEntry): string => {
  const value = facts[fact];
  if (value === undefined) return "–";
  const text = factText(fact, value);
  if (fact !== "test.error" || tested?.examples === undefined) return text;
  const [low, high] = interval(value / 100, tested.examples);
  return `${text} (${percent(low)} to ${percent(high)})`;
};

const resultsOf = (runs: readonly RunEntry[]): ComparisonRow[] => [
  { name: "status", values: runs.map(({ status }) => status) },
  ...factsIn(runs).map((fact) => {
    const best = bestOf(
      fact,
      runs.map(({ facts }) => facts[fact]),
    );
    return {
      name: fact,
      values: runs.map((run) => resultText(fact, run)),
      ...(best !== undefined && { best }),
    };
  }),
];

const curvesOf = (runs: readonly RunEntry[]): ComparisonCurve[] => {
  const epochs = runs.map((run) => run.epochs.map(factsOfEpoch));
  const names = [...new Set(epochs.flat().flatMap((facts) => Object.keys(facts)))];
  return names
    .map((name) => ({ name, values: epochs.map((run) => run.map((facts) => facts[name] ?? Number.NaN)) }))
    .filter(({ values }) => values.some((run) => run.filter(Number.isFinite).length > 1));
};

const notesOf = (runs: readonly RunEntry[]): string[] => {
  const tests = runs.map(({ tested }) => tested?.content);
  const known = tests.filter((content) => content !== undefined);
  const unreadable = runs.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name}: ${problem}`],
  );
  return [
    ...unreadable,
    ...(new Set(known).size > 1
      ? ["the runs were tested on different data: their test scores do not compare"]
      : []),
    ...(known.length > 1 && new Set(known).size === 1
      ? [
          "all were tested on the same data: the best of many test scores is better than it would be on new data; choose by validation",
        ]
      : []),
  ];
};

/** Settings, results and curves of runs side by side. */
export const comparison = (runs: readonly RunEntry[]): Comparison => ({
  runs,
  ...settingsIn(runs),
  results: resultsOf(runs),
  curves: curvesOf(runs),
  notes: notesOf(runs),
});

/** What runs are called in tables and charts: a, b, c. */
export const letterOf = (i: number): string => String.fromCharCode("a".charCodeAt(0) + i);

/** Rows under the letters of the runs; the best of a row has a star. */
export const comparedRows = (rows: readonly ComparisonRow[]): string[][] =>
  rows.map(({ name, values, best }) => [
    name,
    ...values.map((value, i) => (i === best ? `${value} *` : value)),
  ]);

/** What is shown as blocks on a terminal: the error on validation data, or the loss, else those of training. */
const mainCurve = (curves: readonly ComparisonCurve[]): ComparisonCurve | undefined =>
  ["validation.error", "validation.loss", "train.error", "train.loss"]
    .map((name) => curves.find((curve) => curve.name === name))
    .find((curve) => curve !== undefined);

/** The main curve of each run as blocks under a line that says what they are. */
export const sparkLines = ({ curves }: Comparison): string[] => {
  const curve = mainCurve(curves);
  if (!curve) return [];
  const finite = curve.values.flat().filter(Number.isFinite);
  const range = [lowest(finite), highest(finite)] as const;
  const longest = Math.max(...curve.values.map((run) => run.length));
  const width = Math.min(60, longest);
  const text = (value: number) => factText(curve.name, value);
  return [
    `${curve.name} over the epochs, from ${text(range[0])} (▁) to ${text(range[1])} (█)`,
    ...curve.values.map(
      (run, i) =>
        `  ${letterOf(i)}  ${spark(run, { width: Math.ceil((width * run.length) / longest), range })}`,
    ),
  ];
};
