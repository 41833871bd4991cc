import { failAbsent } from "../data/csv/absent.js";
import type { Decimal } from "../data/csv/amount.js";
import { inOrder } from "../data/csv/classes.js";
import type { DateOrder } from "../data/csv/date.js";
import { fail, failUse, type Source } from "../data/csv/source.js";
import type { Table } from "../data/csv/table.js";
import type { Dataset, Column as Numbers, Target } from "../data/dataset.js";
import { subset } from "../data/subset.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { listed, shown } from "../shown.js";
import type { Splits } from "../train/options.js";
import { encodeRows, fieldsOf } from "./encode.js";
import type { EncodedColumn, EncodedTarget, TableEncoder } from "./encoder.js";
import { type Column, gatherColumns } from "./gather.js";
import { categoriesOf } from "./kinds/category.js";
import { scalesOf } from "./kinds/number.js";
import type { ReadAs } from "./kinds/read.js";
import { Profile } from "./profile.js";
import { openTable, type ReadOptions, readOptions, type TableFile } from "./read/open.js";
import { type Parts, splitAtRandom, splitByGroup, splitByTime } from "./splits.js";
import { type ColumnType, columnTypes, understand, understandTarget } from "./understand.js";

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
  "seed",
] as const;

/** A table that is ready to be learned from. */
export interface TableTask {
  readonly name: string;
  readonly encoder: TableEncoder;
  /** Every row with a target, and the rows of each part. */
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

const checkNames = (
  table: Table,
  source: Source,
  options: TableOptions,
  targets: readonly string[],
): void => {
  const known = new Set(table.names);
  const { ignore = [], types = {}, group, time } = options;
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ["target", targets],
    ["ignore", ignore],
    ["types", Object.keys(types)],
    ["group", group === undefined ? [] : [group]],
    ["time", time === undefined ? [] : [time]],
  ];
  for (const [option, columns] of asked)
    for (const name of columns) if (!known.has(name)) failAbsent(table, name, option, source);
  for (const [name, type] of Object.entries(types)) {
    if (!columnTypes.includes(type))
      failUse(
        source,
        `${source.option("types", `${name}=${type}`)}: there is no such type; choose from ${columnTypes.join(", ")}`,
      );
  }
  const both = targets.find((name) => ignore.includes(name) || group === name);
  if (both !== undefined)
    failUse(source, `${shown(both)} is the target and cannot be left out or group rows`);
};

/** Numbers of a column for each row, for a group or a time. */
const numbersOf = (column: Column): ArrayLike<number> =>
  column.kind === "numbers" ? column.values : column.kind === "codes" ? column.codes : missing();

interface ReadTarget {
  readonly name: string;
  readonly kind: "class" | "value";
  readonly as: ReadAs;
}

/** A target as it is written into a model. Throws where nothing can be learned of it. */
const encodeTarget = (
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

/** An input column as it is written into a model; undefined where the training rows have one value only. */
const encodeColumn = (
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

/** The name of a target among those of a dataset. */
export const targetName = (targets: readonly EncodedTarget[], { name }: EncodedTarget): string =>
  targets.length === 1
    ? "target"
    : ["numbers", "categories", "words", "weight", "weights", ""].includes(name)
      ? `target ${name}`
      : name;

const describedTarget = (target: EncodedTarget): Target =>
  target.kind === "class"
    ? { kind: "class", classes: target.classes.length, names: target.classes, shape: [] }
    : { kind: "value", shape: [1] };

const targetNumbers = (target: EncodedTarget, column: Column, rows: Uint32Array): Numbers => {
  if (target.kind === "value") {
    return column.kind === "numbers"
      ? Float32Array.from(rows, (row) => column.values[row] ?? missing())
      : missing();
  }
  if (column.kind !== "codes") return missing();
  const place = new Map(target.classes.map((text, k) => [text, k]));
  const own = column.texts.map((text) => place.get(text) ?? -1);
  return Int32Array.from(rows, (row) => own[column.codes[row] ?? missing()] ?? missing());
};

/** A dataset over encoded rows. */
export const datasetOf = (
  name: string,
  encoder: TableEncoder,
  inputs: Readonly<Record<string, Numbers>>,
  targets: Readonly<Record<string, Numbers>>,
  size: number,
): Dataset => {
  const columns = [
    ...Object.entries(inputs).map(([part, values]) => ({
      part,
      values,
      of: "inputs" as const,
      width: values.length / size,
    })),
    ...Object.entries(targets).map(([part, values]) => ({
      part,
      values,
      of: "targets" as const,
      width: values.length / size,
    })),
  ];
  return {
    name,
    size,
    inputs: fieldsOf(encoder),
    targets: Object.fromEntries(
      encoder.targets.map((target) => [targetName(encoder.targets, target), describedTarget(target)]),
    ),
    read: (indices, into) => {
      for (const { part, values, of, width } of columns) {
        const column = into[of][part] ?? missing();
        for (let row = 0; row < indices.length; row++) {
          const start = (indices[row] ?? missing()) * width;
          if (width === 1) column[row] = values[start] ?? missing();
          else column.set(values.subarray(start, start + width), row * width);
        }
      }
    },
  };
};

/** Columns that tell the target all by themselves. */
const leaks = (
  target: EncodedTarget,
  columns: ReadonlyMap<string, Column>,
  own: Column,
  rows: Uint32Array,
): readonly string[] => {
  if (rows.length < 20) return [];
  return [...columns].flatMap(([name, column]) => {
    if (name === target.name) return [];
    if (target.kind === "value" && own.kind === "numbers" && column.kind === "numbers") {
      let [n, mx, my, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
      for (const row of rows) {
        const [x, y] = [column.values[row] ?? missing(), own.values[row] ?? missing()];
        if (Number.isNaN(x)) continue;
        n++;
        const [dx, dy] = [x - mx, y - my];
        mx += dx / n;
        my += dy / n;
        sxx += dx * (x - mx);
        syy += dy * (y - my);
        sxy += dx * (y - my);
      }
      return n * 2 > rows.length && sxy * sxy > (1 - 1e-9) * sxx * syy && sxx > 0 ? [name] : [];
    }
    if (target.kind !== "class" || own.kind !== "codes" || column.kind === "words") return [];
    const classOf = new Map<number, number>();
    const numbers = numbersOf(column);
    for (const row of rows) {
      const [x, y] = [numbers[row] ?? missing(), own.codes[row] ?? missing()];
      const known = classOf.get(x);
      if (known === undefined) classOf.set(x, y);
      else if (known !== y) return [];
      if (classOf.size * 5 > rows.length) return [];
    }
    return [name];
  });
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
    time,
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
  const isTarget = ({ name }: Profile) => targets.includes(name);
  const readTargets = targets.map((name): ReadTarget & { readonly because: string } => ({
    name,
    ...understandTarget(
      profiles.find((profile) => profile.name === name) ?? missing(),
      profiles,
      task,
      understanding,
    ),
  }));
  const understood = understand(
    profiles.filter((profile) => !isTarget(profile) && profile.name !== group),
    understanding,
  );
  const wanted = new Map<string, ReadAs>([
    ...understood.flatMap(({ name, as }) => (as ? [[name, as] as const] : [])),
    ...readTargets.map(({ name, as }) => [name, as] as const),
    ...(group === undefined ? [] : [[group, { kind: "category" }] as const]),
  ]);
  const columns = await gatherColumns(file.pieces(), rows, wanted, (name, [cell]) =>
    fail(
      source,
      `line ${cell?.line}, column ${shown(name)}: ${shown(cell?.text ?? "")} is not what the column holds elsewhere; correct it, or say what the column is by ${source.option("types", `${name}=category`)}`,
    ),
  );
  const isGiven = (row: number) =>
    targets.every((name) => {
      const column = columns.get(name) ?? missing();
      const value = numbersOf(column)[row] ?? missing();
      return column.kind === "numbers" ? !Number.isNaN(value) : value >= 0;
    });
  const kept = Uint32Array.from({ length: rows }, (_, row) => row).filter(isGiven);
  if (kept.length < 5) fail(source, `${kept.length} rows have a target; give at least five`);

  const [sole, ...others] = readTargets;
  const share = { seed, test, validation };
  const parts =
    group !== undefined
      ? splitByGroup(kept, share, numbersOf(columns.get(group) ?? missing()), group)
      : time !== undefined
        ? splitByTime(kept, share, timesOf(columns.get(time), time, source), time)
        : splitAtRandom(
            kept,
            share,
            sole?.kind === "class" && others.length === 0
              ? numbersOf(columns.get(sole.name) ?? missing())
              : undefined,
          );

  const encodedTargets = readTargets.map((target) =>
    encodeTarget(target, columns.get(target.name) ?? missing(), kept, parts.train, source),
  );
  const ignored = understood.flatMap((each) => (each.as ? [] : [{ name: each.name, why: each.why }]));
  if (group !== undefined) ignored.push({ name: group, why: "it groups the rows" });
  const encodedColumns: EncodedColumn[] = [];
  for (const { name, as } of understood) {
    if (!as) continue;
    const encoded = encodeColumn(name, as, columns.get(name) ?? missing(), parts.train);
    if (encoded) encodedColumns.push(encoded);
    else ignored.push({ name, why: "it has one value only in the rows that are trained on" });
  }
  if (encodedColumns.length === 0) {
    fail(
      source,
      `no column besides the target can be learned from${
        ignored.length > 0
          ? `: ${ignored
              .slice(0, 3)
              .map(({ name, why }) => `${shown(name)}: ${why}`)
              .join("; ")}`
          : ""
      }${first.width === 1 ? `; it has one column only: say with ${source.option("delimiter")} what separates cells` : ""}`,
    );
  }
  const encoder: TableEncoder = { version: 1, columns: encodedColumns, targets: encodedTargets, ignored };

  const inputs = encodeRows(encoder, columns, rows);
  const numbersOfTargets = Object.fromEntries(
    encodedTargets.map((target) => [
      targetName(encodedTargets, target),
      spreadOut(targetNumbers(target, columns.get(target.name) ?? missing(), kept), kept, rows),
    ]),
  );
  const all = datasetOf(path, encoder, inputs, numbersOfTargets, rows);
  const part = (indices: Uint32Array, what: string): Dataset => ({
    ...subset(all, indices),
    name: `${path} (${what})`,
  });
  const notes = [
    ...file.notes,
    ...readTargets.map(({ name, kind, because }, i) =>
      targetNote(name, kind, because, encodedTargets[i] ?? missing(), source),
    ),
    ...(kept.length < rows ? [`${rows - kept.length} of ${rows} rows have no target and are left out`] : []),
    ...encodedTargets.flatMap((target) =>
      leaks(target, columns, columns.get(target.name) ?? missing(), parts.train).map(
        (name) =>
          `column ${shown(name)} tells ${shown(target.name)} all by itself: if it is not known when you predict, leave it out by ${source.option("ignore", name)}`,
      ),
    ),
  ];
  return {
    name: path.replace(/^.*[\\/]/, "").replace(/(\.[a-z]+)(\.gz)?$/i, ""),
    encoder,
    all,
    parts,
    splits: {
      train: part(parts.train, "training rows"),
      ...(parts.validation.length > 0 ? { validation: part(parts.validation, "validation rows") } : {}),
      ...(parts.test.length > 0 ? { test: part(parts.test, "test rows") } : {}),
    },
    notes,
  };
};

/** Numbers of some rows at their places among all. */
const spreadOut = (numbers: Numbers, rows: Uint32Array, all: number): Numbers => {
  const out = numbers instanceof Float32Array ? new Float32Array(all) : new Int32Array(all);
  rows.forEach((row, i) => {
    out[row] = numbers[i] ?? missing();
  });
  return out;
};

const timesOf = (column: Column | undefined, name: string, source: Source): ArrayLike<number> => {
  if (column?.kind !== "numbers")
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

const targetNote = (
  name: string,
  kind: "class" | "value",
  because: string,
  target: EncodedTarget,
  source: Source,
): string =>
  kind === "class" && target.kind === "class"
    ? `${shown(name)} is predicted as one of ${target.classes.length} classes (${listed(target.classes, 5)}), since ${because}; ${source.option("task", "regression")} says otherwise`
    : `${shown(name)} is predicted as a number, since ${because}; ${source.option("task", "classification")} says otherwise`;

/** What the columns were taken for, in one line. */
export const columnsText = ({ columns, ignored }: TableEncoder): readonly string[] => {
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of columns) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  const plural: Readonly<Record<string, string>> = { category: "categories" };
  const inputs = [...kinds].map(
    ([kind, names]) =>
      `${names.length} ${names.length === 1 ? kind : (plural[kind] ?? `${kind}s`)} (${listed(names, 4)})`,
  );
  return [
    `inputs: ${inputs.join(", ")}`,
    ...ignored.map(({ name, why }) => `column ${shown(name)} left out: ${why}`),
  ];
};
