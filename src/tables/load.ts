import type { Decimal } from "../data/csv/amount.js";
import type { DateOrder } from "../data/csv/date.js";
import { fail, failUse, type Source } from "../data/csv/source.js";
import type { Table } from "../data/csv/table.js";
import type { Dataset } from "../data/dataset.js";
import { subset } from "../data/subset.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { shown } from "../shown.js";
import type { Splits } from "../train/options.js";
import { checkNames } from "./check-names.js";
import { datasetOf } from "./dataset.js";
import { encodeRows } from "./encode.js";
import type { EncodedColumn, TableEncoder } from "./encoder.js";
import { fitColumn } from "./fit-column.js";
import { type Column, gatherColumns, isGiven, numbersOf } from "./gather.js";
import type { ReadAs } from "./kinds/read.js";
import { leakNotes } from "./leaks.js";
import { Profile } from "./profile.js";
import { openTable, type ReadOptions, readOptions, type TableFile } from "./read/open.js";
import { divide, type Fold, type Parts, type SplitOptions } from "./splits.js";
import { fitTarget, type ReadTarget, targetName, targetNote, targetNumbers } from "./targets.js";
import { type ColumnType, type Understood, understand, understandTarget } from "./understand.js";

/** What of a table is to be learned, and how it is read. */
export interface TableOptions extends ReadOptions {
  /** The column, or the columns, to predict. */
  readonly target: string | readonly string[];
  /** @defaultValue texts, booleans and few whole numbers are classes, other numbers values */
  readonly task?: "classification" | "regression";
  /** What columns hold, where their cells do not tell. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** @defaultValue "detect" */
  readonly decimal?: Decimal | "detect";
  /** Which comes first in a date such as 1/2/2024. @defaultValue "detect" */
  readonly dates?: DateOrder | "detect";
  /** Share or number of rows that are set aside for the test; 0 for none. @defaultValue 0.2 */
  readonly test?: number;
  /** Share or number of the other rows that training is watched on. @defaultValue 0.15 */
  readonly validation?: number;
  /** A column no value of which is in two parts: of one patient, say. It is no input. */
  readonly group?: string;
  /** A column of dates or numbers: the test rows are the last, the rows trained on the first. */
  readonly time?: string;
  /** Cross-validation: which part of the rows is the test. @defaultValue as `test` says */
  readonly fold?: Fold;
  /** @defaultValue 0 */
  readonly seed?: number;
}

const names = [
  ...readOptions,
  "target",
  "task",
  "types",
  "ignore",
  "decimal",
  "dates",
  "test",
  "validation",
  "group",
  "time",
  "fold",
  "seed",
] as const;

/** A table that is ready to be learned from. */
export interface TableTask {
  readonly name: string;
  /** The file that it was read from. */
  readonly file: TableFile;
  readonly encoder: TableEncoder;
  /** All rows; those without a target are in no part. */
  readonly all: Dataset;
  readonly parts: Parts;
  readonly splits: Splits;
  /** What was decided, to be told. */
  readonly notes: readonly string[];
}

/** A first look at all rows: what each column holds. */
const profilesOf = async (file: TableFile) => {
  let profiles: readonly Profile[] | undefined;
  let first: Table | undefined;
  for await (const table of file.pieces()) {
    first ??= table;
    profiles ??= table.names.map((name) => new Profile(name));
    for (const [j, profile] of profiles.entries()) profile.add(table, j);
  }
  return { profiles: profiles ?? missing(), first: first ?? missing() };
};

/** When each row was, for a division by time. Throws where that is not known of every row. */
const timesOf = (column: Column | undefined, name: string, source: Source): ArrayLike<number> => {
  if (column === undefined)
    return failUse(
      source,
      `${source.option("time", name)}: column ${shown(name)} says nothing of when a row was: it is left out, is constant or empty; name another`,
    );
  if (column.kind !== "numbers")
    return failUse(
      source,
      `${source.option("time", name)}: column ${shown(name)} holds neither dates nor numbers; name one that does, or say so by ${source.option("types", `${name}=date`)}`,
    );
  const gap = column.values.findIndex((value) => Number.isNaN(value));
  if (gap >= 0)
    failUse(
      source,
      `${source.option("time", name)}: row ${gap + 1} has no time; fill it, or leave the option out`,
    );
  return column.values;
};

/** The rows of each part: by folds, by groups, by time, or at random, where a sole target of classes is spread evenly. */
const partsOf = (
  rows: Uint32Array,
  share: SplitOptions,
  columns: ReadonlyMap<string, Column>,
  targets: readonly ReadTarget[],
  { fold, group, time }: TableOptions,
  source: Source,
): Parts => {
  if (fold !== undefined && time !== undefined)
    failUse(
      source,
      `${source.option("time", time)} and folds do not go together: what is trained on would lie behind what is tested`,
    );
  const numbers = (name: string) => numbersOf(columns.get(name) ?? missing());
  const [sole, ...others] = targets;
  return divide(rows, share, {
    fold,
    group: group === undefined ? undefined : [group, numbers(group)],
    time: time === undefined ? undefined : [time, timesOf(columns.get(time), time, source)],
    classes: sole?.kind === "class" && others.length === 0 ? numbers(sole.name) : undefined,
  });
};

/** The columns of a table in memory, and its rows: those with a target, and those of them that are trained on. */
interface Gathered {
  readonly columns: ReadonlyMap<string, Column>;
  readonly rows: Uint32Array;
  readonly train: Uint32Array;
}

/** The encoder of a table, by its training rows. Throws where nothing is left to learn from. */
const fitEncoder = (
  targets: readonly ReadTarget[],
  understood: readonly Understood[],
  { columns, rows, train }: Gathered,
  { width }: Table,
  { group }: TableOptions,
  source: Source,
): TableEncoder => {
  const fitted = targets.map((target) =>
    fitTarget(target, columns.get(target.name) ?? missing(), rows, train, source),
  );
  const ignored = understood.flatMap((each) => (each.as ? [] : [{ name: each.name, why: each.why }]));
  if (group !== undefined) ignored.push({ name: group, why: "it groups the rows" });
  const inputs: EncodedColumn[] = [];
  for (const { name, as } of understood) {
    if (!as) continue;
    const column = fitColumn(name, as, columns.get(name) ?? missing(), train);
    if (column) inputs.push(column);
    else ignored.push({ name, why: "it has one value only in the rows that are trained on" });
  }
  if (inputs.length === 0) {
    const reasons = ignored.slice(0, 3).map(({ name, why }) => `${shown(name)}: ${why}`);
    fail(
      source,
      `no column besides the target can be learned from${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}${width === 1 ? `; it has one column only: say with ${source.option("delimiter")} what separates cells` : ""}`,
    );
  }
  return { version: 1, columns: inputs, targets: fitted, ignored };
};

/**
 * Reads a table twice: once to see what its columns hold, once for their values; divides its rows; and fits an encoder to the rows that are trained on.
 *
 * Throws one line that names the line, the column or the option where cells cannot be what their column is, columns are not there, and a target
 * has nothing to learn.
 */
export const loadTable = async (path: string, given: TableOptions): Promise<TableTask> => {
  const options = requireKnown("loadTable", given, names);
  const {
    types = {},
    ignore = [],
    decimal = "detect",
    dates = "detect",
    seed = 0,
    test = 0.2,
    validation = 0.15,
    group,
    task,
  } = options;
  const reading = Object.fromEntries(
    readOptions.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const file = await openTable(path, reading);
  const { source } = file;
  const targets = [options.target].flat();
  const { profiles, first } = await profilesOf(file);
  checkNames(first, source, options, targets);
  const told: Record<string, ColumnType> = {
    ...types,
    ...Object.fromEntries(ignore.map((name) => [name, "ignore" as const])),
  };
  const rows = profiles[0]?.rows ?? 0;
  const understanding = { source, types: told, decimal, dates, delimiter: first.delimiter, rows };
  const readTargets = targets.map((name): ReadTarget => {
    const profile = profiles.find((each) => each.name === name) ?? missing();
    return { name, ...understandTarget(profile, profiles, task, understanding) };
  });
  const understood = understand(
    profiles.filter(({ name }) => !targets.includes(name) && name !== group),
    understanding,
  );
  const wanted = new Map<string, ReadAs>([
    ...understood.flatMap(({ name, as }) => (as ? [[name, as] as const] : [])),
    ...readTargets.map(({ name, as }) => [name, as] as const),
    ...(group === undefined ? [] : [[group, { kind: "category" }] as const]),
  ]);
  const columns = await gatherColumns(file.pieces(), rows, wanted, (name, [cell]) => {
    const as = wanted.get(name);
    const other =
      as?.kind === "date"
        ? `take the other order by ${source.option("dates", as.order === "day-first" ? "month-first" : "day-first")}, `
        : as?.kind === "number"
          ? `take the other decimal mark by ${source.option("decimal", as.decimal === "." ? "," : ".")}, `
          : "";
    fail(
      source,
      `line ${cell?.line}, column ${shown(name)}: ${shown(cell?.text ?? "")} is not what the column holds elsewhere; correct it, ${other}or say what the column is by ${source.option("types", `${name}=category`)}`,
    );
  });
  const kept = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) =>
    targets.every((name) => isGiven(columns.get(name) ?? missing(), row)),
  );
  if (kept.length < 5) fail(source, `only ${kept.length} of ${rows} rows have a target; give at least five`);
  const parts = partsOf(kept, { seed, test, validation }, columns, readTargets, options, source);
  const gathered = { columns, rows: kept, train: parts.train };
  const encoder = fitEncoder(readTargets, understood, gathered, first, options, source);
  const all = datasetOf(
    path,
    encoder,
    encodeRows(encoder, columns, rows),
    Object.fromEntries(
      encoder.targets.map((target) => [
        targetName(encoder.targets, target),
        targetNumbers(target, columns.get(target.name) ?? missing()),
      ]),
    ),
    rows,
  );
  const part = (indices: Uint32Array, what: string): Dataset => ({
    ...subset(all, indices),
    name: `${path} (${what})`,
  });
  return {
    name: path.replace(/^.*[\\/]/, "").replace(/(\.[a-z]+)(\.gz)?$/i, ""),
    file,
    encoder,
    all,
    parts,
    splits: {
      train: part(parts.train, "training rows"),
      ...(parts.validation.length > 0 ? { validation: part(parts.validation, "validation rows") } : {}),
      ...(parts.test.length > 0 ? { test: part(parts.test, "test rows") } : {}),
    },
    notes: [
      ...file.notes,
      ...readTargets.map((target, i) => targetNote(target, encoder.targets[i] ?? missing(), source)),
      ...(kept.length < rows
        ? [`${rows - kept.length} of ${rows} rows have no target and are left out`]
        : []),
      ...encoder.targets.flatMap((target) => leakNotes(target, columns, parts.train, source)),
    ],
  };
};
