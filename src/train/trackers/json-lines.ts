import { appendToFile, writeFileSafely } from "../../files.js";
import { requireKnown } from "../../options.js";
import type { Callback } from "../callbacks.js";
import type { EpochRecord } from "../events.js";
import { harmless, type TrackerOptions, tellOnce } from "./failures.js";
import { requirePath } from "./places.js";

const line = (record: EpochRecord): string => `${JSON.stringify(record)}\n`;

/** Epochs as lines of JSON. */
export const jsonLinesOf = (records: readonly EpochRecord[]): string => records.map(line).join("");

/**
 * A callback that writes each epoch as a line of JSON, as it ends: `fit(net, data, { callbacks: [jsonLines("metrics.jsonl")] })`. A training that goes on
 * from a checkpoint goes on with its file; any other begins it anew. Where it cannot be written, `onProblem` is told, and training goes on.
 */
export const jsonLines = (path: string, options: TrackerOptions = {}): Callback => {
  requirePath("jsonLines", path);
  const tell = tellOnce("jsonLines", requireKnown("jsonLines", options, ["onProblem"]));
  return harmless(
    {
      onTrainBegin: ({ records }) => writeFileSafely(path, jsonLinesOf(records)),
      onEpochEnd: (_, { record }) => appendToFile(path, line(record)),
    },
    tell,
  );
};
