import { csvRow } from "../../data/csv/write.js";
import { appendToFile, writeFileSafely } from "../../files.js";
import { requireKnown } from "../../options.js";
import type { Callback } from "../callbacks.js";
import type { EpochRecord } from "../events.js";
import { epochFacts } from "./facts.js";
import { harmless, type TrackerOptions, tellOnce } from "./failures.js";
import { requirePath } from "./places.js";

type Facts = Readonly<Record<string, number>>;

/** The columns of all epochs: of each place in the order the first epoch that has it, as sharpness may be measured of some only. */
const columnsOf = (all: readonly Facts[]): string[] => {
  const widest = all.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length);
  return [...new Set(widest.flatMap(Object.keys))];
};

const row = (columns: readonly string[], facts: Facts): string =>
  `${csvRow(columns.map((name) => facts[name] ?? ""))}\n`;

/** Epochs as a table in CSV: a row each under the names of what was measured, empty where it was not. */
export const csvOf = (records: readonly EpochRecord[]): string => {
  const all = records.map(epochFacts);
  const columns = columnsOf(all);
  if (columns.length === 0) return "";
  return `${csvRow(columns)}\n${all.map((facts) => row(columns, facts)).join("")}`;
};

/**
 * A callback that keeps a table of the epochs in CSV: `fit(net, data, { callbacks: [csvLog("metrics.csv")] })`. Columns are `epoch`, `steps`, `train.loss`,
 * `train.error`, `validation.loss`, …, metrics by their names; errors in percent. A training that goes on from a checkpoint goes on with its table; any other begins it
 * anew. Where it cannot be written, `onProblem` is told, and training goes on.
 */
export const csvLog = (path: string, options: TrackerOptions = {}): Callback => {
  requirePath("csvLog", path);
  const tell = tellOnce("csvLog", requireKnown("csvLog", options, ["onProblem"]));
  let columns: string[] = [];
  const rewrite = async (records: readonly EpochRecord[]) => {
    columns = columnsOf(records.map(epochFacts));
    await writeFileSafely(path, csvOf(records));
  };
  return harmless(
    {
      onTrainBegin: ({ records }) => rewrite(records),
      onEpochEnd: async ({ records }, { record }) => {
        const facts = epochFacts(record);
        const known = Object.keys(facts).every((name) => columns.includes(name));
        await (known ? appendToFile(path, row(columns, facts)) : rewrite(records));
      },
    },
    tell,
  );
};
