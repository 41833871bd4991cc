import { type Command, InvalidArgumentError, Option } from "commander";
import { decimals } from "../data/csv/amount.js";
import { dateOrders } from "../data/csv/date.js";
import { type Encoding, encodings } from "../data/csv/encoding.js";
import type { ReadOptions } from "../tables/read/open.js";
import { type ColumnType, columnTypes } from "../tables/understand.js";
import type { Wording } from "../wording.js";
import { notNegative } from "./options.js";

/** How the command line is told to read a table. */
export interface ReadTableOptions {
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  readonly header?: boolean;
}

/** What the command line is told about a table that is to be learned. */
export interface LearnTableOptions extends ReadTableOptions {
  readonly target?: string;
  readonly task?: "classification" | "regression";
  readonly types?: Readonly<Record<string, ColumnType>>;
  readonly ignore?: readonly string[];
  readonly decimal?: "." | ",";
  readonly dates?: "day-first" | "month-first";
  readonly test?: number;
  readonly group?: string;
  readonly time?: string;
  readonly weightClasses?: boolean;
}

/** All options of tables. */
const names = [
  "target",
  "task",
  "types",
  "ignore",
  "decimal",
  "dates",
  "delimiter",
  "encoding",
  "header",
  "test",
  "group",
  "time",
  "weightClasses",
] as const satisfies readonly (keyof LearnTableOptions)[];

/** The first option of tables that was given, as it is written on the command line: for what is none. */
export const tableOptionAmong = (options: LearnTableOptions): string | undefined => {
  const found = names.find((name) => options[name] !== undefined);
  return found && (options[found] === false ? tableWording(`no-${found}`) : tableWording(found));
};

/** Whether a path is that of a table, by its name. */
export const isTable = (path: string): boolean => /\.(csv|tsv|tab|jsonl|ndjson|parquet)(\.gz)?$/i.test(path);

/** As on the command line, where tables are learned: `--delimiter ";"`. */
export const tableWording: Wording = (option, value) => {
  const name = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (value === undefined) return `--${name}`;
  return `--${name} ${/^[\w.,=:-]+$/.test(value) ? value : `"${value}"`}`;
};

/** "\t" and "tab" are what nobody can type. */
const delimiter = (text: string): string => (/^(\\t|tab)$/i.test(text) ? "\t" : text);

/** "price=number,zip=category" */
const types = (text: string, before: Record<string, ColumnType> = {}): Record<string, ColumnType> => {
  const given = text.split(",").map((pair) => {
    const at = pair.lastIndexOf("=");
    const [name, type] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const known = columnTypes.find((each) => each === type);
    if (at < 1 || known === undefined)
      throw new InvalidArgumentError(
        `expected columns and their types, such as zip=category,size=number; types are ${columnTypes.join(", ")}.`,
      );
    return [name, known] as const;
  });
  return { ...before, ...Object.fromEntries(given) };
};

const list = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== ""),
];

/** The options by which a file is cut into cells. */
export const withReadOptions = (command: Command): Command =>
  command
    .option(
      "--delimiter <character>",
      'tables: what stands between cells, such as ";" or tab (default: told by the file)',
      delimiter,
    )
    .addOption(
      new Option(
        "--encoding <name>",
        "tables: how bytes stand for characters (default: told by the file)",
      ).choices([...encodings]),
    )
    .option("--header", "tables: the first row names the columns (default: told by the rows)")
    .option("--no-header", "tables: the first row holds data, and columns are called column1, column2, …");

/** How `openTable` and `loadTable` are to read. */
export const readingOf = ({ delimiter, encoding, header }: ReadTableOptions): ReadOptions => ({
  ...(delimiter === undefined ? {} : { delimiter }),
  ...(encoding === undefined ? {} : { encoding }),
  ...(header === undefined ? {} : { header }),
  wording: tableWording,
});

/** The options by which a table is learned. */
export const withTableOptions = (command: Command): Command =>
  withReadOptions(
    command
      .option("--target <column>", "tables: the column to predict; several with commas between them")
      .addOption(
        new Option("--task <kind>", "tables: what the target is (default: told by its values)").choices([
          "classification",
          "regression",
        ]),
      )
      .option(
        "--types <column=type,…>",
        `tables: what columns hold, where that is not found out: ${columnTypes.join(", ")}`,
        types,
      )
      .option("--ignore <columns>", "tables: columns to leave out, with commas between them", list)
      .addOption(
        new Option(
          "--decimal <mark>",
          "tables: the mark before the fraction of a number (default: told by the numbers)",
        ).choices([...decimals]),
      )
      .addOption(
        new Option(
          "--dates <order>",
          "tables: what comes first in 1/2/2024 (default: told by the dates)",
        ).choices([...dateOrders]),
      )
      .option(
        "--test <n>",
        "tables: share or number of rows set aside for the test (default 0.2)",
        notNegative,
      )
      .option("--group <column>", "tables: rows with one value of it are in one part of the data only")
      .option(
        "--time <column>",
        "tables: the test rows are the last by it, and no part looks into the future",
      )
      .option("--weight-classes", "tables: rare classes count as much as frequent ones"),
  );
