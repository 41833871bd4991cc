import { inOrder } from "../data/csv/classes.js";
import { fail, type Source } from "../data/csv/source.js";
import type { Column as Numbers, Target } from "../data/dataset.js";
import { missing } from "../missing.js";
import { listed, shown } from "../shown.js";
import type { EncodedTarget } from "./encoder.js";
import type { Column } from "./gather.js";
import { scalesOf } from "./kinds/number.js";
import type { ReadAs } from "./kinds/read.js";

/** How a target is read, and why so. */
export interface ReadTarget {
  readonly name: string;
  readonly kind: "class" | "value";
  readonly as: ReadAs;
  readonly because: string;
}

/** How a target is encoded, by the rows that have one and those of them that are trained on. Throws where nothing can be learned of it. */
export const fitTarget = (
  { name, kind, as }: ReadTarget,
  column: Column,
  rows: Uint32Array,
  train: Uint32Array,
  source: Source,
): EncodedTarget => {
  if (kind === "class") {
    if (column.kind !== "codes") return missing();
    const seen = new Set<number>();
    for (const row of rows) seen.add(column.codes[row] ?? missing());
    const classes = inOrder([...seen].map((code) => column.texts[code] ?? missing()));
    if (classes.length < 2)
      fail(
        source,
        `the target ${shown(name)} has only one class, ${shown(classes[0] ?? "")}; give rows of at least two`,
      );
    if (classes.length > 1000 && classes.length * 4 > rows.length)
      fail(
        source,
        `the target ${shown(name)} has ${classes.length} classes in ${rows.length} rows: too few rows of each to learn from; name another column, or ${source.option("task", "regression")} where they are numbers`,
      );
    return { kind, name, classes: [...classes] };
  }
  if (column.kind !== "numbers" || as.kind !== "number") return missing();
  const scales = scalesOf(column.values, train);
  if (!scales)
    fail(
      source,
      `the target ${shown(name)} is ${column.values[train[0] ?? 0]} in every row that is trained on; give a target that varies`,
    );
  const { mean, deviation, offset } = scales ?? missing();
  let whole = true;
  for (const row of train) whole &&= Number.isInteger(column.values[row]);
  return { kind, name, decimal: as.decimal, units: [...as.units], mean: mean + offset, deviation, whole };
};

/** The name of a target among those of a dataset. */
export const targetName = (targets: readonly EncodedTarget[], { name }: EncodedTarget): string =>
  targets.length === 1
    ? "target"
    : ["numbers", "categories", "words", "weight", "weights", ""].includes(name)
      ? `target ${name}`
      : name;

/** What a dataset says of a target. */
export const describedTarget = (target: EncodedTarget): Target =>
  target.kind === "class"
    ? { kind: "class", classes: target.classes.length, names: target.classes, shape: [] }
    : { kind: "value", shape: [1] };

/** The numbers of a target for all rows: values, NaN where missing; or numbers of classes, −1 where there is none or it is unknown. */
export const targetNumbers = (target: EncodedTarget, column: Column): Numbers => {
  if (target.kind === "value")
    return column.kind === "numbers" ? Float32Array.from(column.values) : missing();
  if (column.kind !== "codes") return missing();
  const place = new Map(target.classes.map((text, k) => [text, k]));
  const own = column.texts.map((text) => place.get(text) ?? -1);
  return column.codes.map((code) => (code < 0 ? -1 : (own[code] ?? missing())));
};

/** What a target was taken for, and why. */
export const targetNote = ({ name, because }: ReadTarget, target: EncodedTarget, source: Source): string =>
  target.kind === "class"
    ? `${shown(name)} is predicted as one of ${target.classes.length} classes (${listed(target.classes, 5)}), since ${because}; ${source.option("task", "regression")} says otherwise`
    : `${shown(name)} is predicted as a number, since ${because}; ${source.option("task", "classification")} says otherwise`;
