import { missing } from "../missing.js";
import type { EncodedColumn } from "./encoder.js";
import type { Column } from "./gather.js";
import { categoriesOf } from "./kinds/category.js";
import { scalesOf } from "./kinds/number.js";
import type { ReadAs } from "./kinds/read.js";

/** How an input column is encoded, by the rows that are trained on; undefined where these have one value only. */
export const fitColumn = (
  name: string,
  as: ReadAs,
  column: Column,
  train: Uint32Array,
): EncodedColumn | undefined => {
  if (as.kind === "text") return { kind: "text", name, buckets: as.buckets };
  if (as.kind === "category") {
    if (column.kind !== "codes") return missing();
    const encoded = categoriesOf(name, column, train);
    return encoded.categories.length > 0 ? encoded : undefined;
  }
  if (column.kind !== "numbers") return missing();
  const scales = scalesOf(column.values, train);
  if (!scales) return undefined;
  const { least, most, ...kept } = scales;
  if (as.kind === "number")
    return { kind: "number", name, ...kept, decimal: as.decimal, units: [...as.units] };
  if (as.kind === "boolean") return { kind: "boolean", name, ...kept, no: [...as.no], yes: [...as.yes] };
  if (as.kind === "time") return { kind: "time", name, ...kept };
  let hours = false;
  for (const row of train) if ((column.values[row] ?? 0) % 1 > 0) hours = true;
  const span = most - least;
  const parts: ("season" | "weekday" | "hour")[] = [
    ...(span >= 90 ? (["season"] as const) : []),
    ...(span >= 14 ? (["weekday"] as const) : []),
    ...(hours ? (["hour"] as const) : []),
  ];
  // Whole days, so that weekdays can be told from what is left.
  const offset = Math.floor(least);
  const shift = kept.offset - offset;
  return {
    kind: "date",
    name,
    ...kept,
    offset,
    mean: kept.mean + shift,
    median: kept.median + shift,
    order: as.order,
    parts,
  };
};
