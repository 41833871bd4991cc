import type { FileMetaData, SchemaElement } from "hyparquet";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { listed, shown } from "../../shown.js";
import type { PartName, PictureEntry, PictureList, PictureSource, SourceOptions } from "./entry.js";
import { fileIdentity } from "./identity.js";

/** A column of a Parquet file, with those inside of it. */
interface Column {
  readonly name: string;
  readonly type: string | undefined;
  readonly inside: readonly string[];
}

/** The columns of the first level. */
const columnsOf = (schema: readonly SchemaElement[]): readonly Column[] => {
  let next = 1;
  const subtree = (): { readonly element: SchemaElement; readonly children: readonly string[] } => {
    const element = schema[next++] ?? missing();
    const children = Array.from({ length: element.num_children ?? 0 }, () => subtree().element.name);
    return { element, children };
  };
  return Array.from({ length: schema[0]?.num_children ?? 0 }, () => {
    const { element, children } = subtree();
    return { name: element.name, type: element.type, inside: children };
  });
};

const imageNames = ["img", "image", "picture", "photo"];
const labelNames = ["label", "labels", "fine_label", "class", "target", "y"];

/** Column by the name given, or the first of the usual names. Throws where there is none. */
const chosen = (
  where: string,
  what: string,
  option: string,
  columns: readonly Column[],
  given: string | undefined,
  usual: readonly string[],
  fits: (column: Column) => boolean,
): Column => {
  const fitting = columns.filter(fits);
  const found =
    given === undefined
      ? (usual.map((name) => fitting.find((column) => column.name === name)).find((column) => column) ??
        (fitting.length === 1 ? fitting[0] : undefined))
      : fitting.find(({ name }) => name === given);
  if (found) return found;
  throw new SteepestError(
    `${where}: ${given === undefined ? `no column of ${what}` : `column ${shown(given)} holds no ${what}`}; it has ${listed(columns.map(({ name }) => name))}: name the right one with ${option}`,
  );
};

/** Names of the classes that a file tells of: Hugging Face's features, or a list of texts called "classes". */
const namedClasses = (metadata: FileMetaData, label: string): readonly string[] | undefined => {
  const value = (key: string): unknown => {
    const text = metadata.key_value_metadata?.find((pair) => pair.key === key)?.value;
    try {
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const texts = (given: unknown): readonly string[] | undefined =>
    Array.isArray(given) && given.every((name) => typeof name === "string") ? given : undefined;
  const inside = (given: unknown, ...path: readonly string[]): unknown =>
    path.reduce<unknown>((at, key) => (at instanceof Object ? Reflect.get(at, key) : undefined), given);
  return texts(value("classes")) ?? texts(inside(value("huggingface"), "info", "features", label, "names"));
};

/** A label of a row: a number, or a text. */
type Label = number | string;

interface Table {
  readonly labels: readonly Label[];
  readonly named: readonly string[] | undefined;
  readonly bytesOf: (row: number) => Promise<Uint8Array>;
  readonly nameOf: (row: number) => string;
}

const openTable = async (path: string, options: SourceOptions): Promise<Table> => {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const damaged = (error: unknown): never => {
    if (error instanceof SteepestError) throw error;
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new SteepestError(
      `${path}: not a Parquet file that can be read (${reason.replace(/^parquet /, "")}); fetch it again`,
      { cause: error },
    );
  };
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch(damaged);
  const columns = columnsOf(metadata.schema);
  const image = chosen(
    path,
    "pictures (a struct with bytes, as Hugging Face writes them, or bytes)",
    options.option("imageColumn"),
    columns,
    options.imageColumn,
    imageNames,
    ({ inside, type }) => inside.includes("bytes") || type === "BYTE_ARRAY",
  );
  const label = chosen(
    path,
    "labels (whole numbers or texts)",
    options.option("labelColumn"),
    columns,
    options.labelColumn,
    labelNames,
    ({ name, type }) => name !== image.name && ["INT32", "INT64", "BYTE_ARRAY"].includes(type ?? ""),
  );
  const read = (column: string, rowStart: number, rowEnd: number, utf8: boolean) =>
    parquetReadObjects({ file, metadata, compressors, columns: [column], rowStart, rowEnd, utf8 }).catch(
      damaged,
    );

  const rows = Number(metadata.num_rows);
  const labels = (await read(label.name, 0, rows, true)).map((row, i): Label => {
    const value: unknown = row[label.name];
    if (typeof value === "string" || (typeof value === "number" && Number.isInteger(value))) return value;
    if (typeof value === "bigint") return Number(value);
    throw new SteepestError(
      `${path}: label of row ${i} is ${givenText(value)}; labels are whole numbers or texts`,
    );
  });

  const groups = { starts: [0] };
  for (const group of metadata.row_groups) {
    groups.starts.push((groups.starts.at(-1) ?? missing()) + Number(group.num_rows));
  }
  // Pictures are asked for in order: a group of rows is unpacked once and kept until the next is wanted.
  let held: { readonly start: number; readonly rows: ReturnType<typeof read> } | undefined;
  const nameOf = (row: number) => `${path}, row ${row}`;
  return {
    labels,
    named: namedClasses(metadata, label.name),
    nameOf,
    bytesOf: async (row) => {
      const next = groups.starts.findIndex((start) => start > row);
      const [start, end] = [groups.starts[next - 1] ?? missing(), groups.starts[next] ?? missing()];
      if (held?.start !== start) held = { start, rows: read(image.name, start, end, false) };
      const cell: unknown = (await held.rows)[row - start]?.[image.name];
      const bytes: unknown =
        cell instanceof Uint8Array ? cell : cell instanceof Object ? Reflect.get(cell, "bytes") : cell;
      if (bytes instanceof Uint8Array) return bytes;
      throw new SteepestError(
        `${nameOf(row)}: holds no bytes of a picture${cell instanceof Object ? ", only where one was; write the file again with the pictures embedded" : ""}`,
      );
    },
  };
};

/** The part that a file belongs to, by its name: `train.parquet`, `test-00000-of-00001.parquet`. */
const partOf = (path: string): PartName => {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/^test/.test(name)) return "test";
  return /^(val|dev)/.test(name) ? "validation" : "train";
};

/** Class names and the number of each label. Throws where labels are no numbers of classes. */
const classesOf = (tables: readonly Table[], path: string) => {
  const labels = new Set(tables.flatMap((table) => table.labels));
  const texts = [...labels].filter((label) => typeof label === "string");
  if (texts.length > 0 && texts.length < labels.size) {
    throw new SteepestError(`${path}: some labels are texts and some numbers; give one kind`);
  }
  if (texts.length > 0) {
    const classes = texts.sort();
    return { classes, numberOf: (label: Label) => classes.indexOf(String(label)) };
  }
  const named = tables.find((table) => table.named)?.named;
  const largest = Math.max(...[...labels].map(Number));
  const least = Math.min(...[...labels].map(Number));
  if (least < 0) throw new SteepestError(`${path}: label ${least} is no class; classes count from 0`);
  if (named && largest >= named.length) {
    throw new SteepestError(
      `${path}: label ${largest} has no name; the file names ${named.length} classes, from 0`,
    );
  }
  const classes = named ?? Array.from({ length: largest + 1 }, (_, i) => String(i));
  return { classes, numberOf: Number };
};

/** The pictures of Parquet files in Hugging Face's layout, one part each by the beginning of their names. */
export const pictureParquet = async (
  paths: readonly string[],
  options: SourceOptions,
): Promise<PictureSource> => {
  const tables: { readonly part: PartName; readonly table: Table }[] = [];
  for (const path of paths) {
    tables.push({ part: paths.length === 1 ? "train" : partOf(path), table: await openTable(path, options) });
  }
  const where = paths.length === 1 ? (paths[0] ?? missing()) : `the ${paths.length} Parquet files`;
  const { classes, numberOf } = classesOf(
    tables.map(({ table }) => table),
    where,
  );
  if (classes.length < 2)
    throw new SteepestError(`${where}: all labels are ${listed(classes)}; a classifier needs two classes`);
  const parts: Partial<Record<PartName, PictureList>> = {};
  for (const { part, table } of tables) {
    const entries: readonly PictureEntry[] = table.labels.map((label, row) => ({
      name: table.nameOf(row),
      label: numberOf(label),
      bytes: () => table.bytesOf(row),
    }));
    parts[part] = { classes, entries: [...(parts[part]?.entries ?? []), ...entries] };
  }
  return { parts, notes: [], identity: await Promise.all(paths.map(fileIdentity)), close: async () => {} };
};
