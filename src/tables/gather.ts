import type { Table } from "../data/csv/table.js";
import { missing } from "../missing.js";
import { type ReadAs, readValues, type Unread } from "./kinds/read.js";

/** A column of a whole table in memory. */
export type Column =
  | { readonly kind: "numbers"; readonly values: Float64Array }
  | { readonly kind: "codes"; readonly texts: readonly string[]; readonly codes: Int32Array }
  | { readonly kind: "words"; readonly words: Float32Array };

/** Numbers of a column for each row: of texts their codes. */
export const numbersOf = (column: Column): ArrayLike<number> =>
  column.kind === "numbers" ? column.values : column.kind === "codes" ? column.codes : missing();

/** Whether a row has a value in a column. */
export const isGiven = (column: Column, row: number): boolean => {
  const value = numbersOf(column)[row] ?? missing();
  return column.kind === "numbers" ? !Number.isNaN(value) : value >= 0;
};

/** Collects a column of rows that come piece by piece. */
interface Collector {
  readonly add: (table: Table, j: number, at: number) => void;
  readonly column: () => Column;
}

const collector = (as: ReadAs, rows: number, problem: (unread: readonly Unread[]) => void): Collector => {
  if (as.kind === "category") {
    const codes = new Int32Array(rows).fill(-1);
    const known = new Map<string, number>();
    return {
      add: (table, j, at) => {
        const found = readValues(table, j, as);
        if (found.kind !== "codes") return;
        const own = Int32Array.from(found.texts, (text) => {
          const code = known.get(text) ?? known.size;
          known.set(text, code);
          return code;
        });
        found.codes.forEach((code, row) => {
          if (code >= 0) codes[at + row] = own[code] ?? missing();
        });
      },
      column: () => ({ kind: "codes", texts: [...known.keys()], codes }),
    };
  }
  if (as.kind === "text") {
    const words = new Float32Array(rows * as.buckets);
    return {
      add: (table, j, at) => {
        const found = readValues(table, j, as);
        if (found.kind === "words") words.set(found.words, at * as.buckets);
      },
      column: () => ({ kind: "words", words }),
    };
  }
  const values = new Float64Array(rows);
  return {
    add: (table, j, at) => {
      const found = readValues(table, j, as);
      if (found.kind !== "numbers") return;
      values.set(found.values, at);
      if (found.unread.length > 0) problem(found.unread);
    },
    column: () => ({ kind: "numbers", values }),
  };
};

/** The columns that are read, by their names, of all rows, of which there are so many. */
export const gatherColumns = async (
  pieces: AsyncIterable<Table>,
  rows: number,
  wanted: ReadonlyMap<string, ReadAs>,
  problem: (name: string, unread: readonly Unread[]) => void,
): Promise<ReadonlyMap<string, Column>> => {
  const collectors = new Map(
    [...wanted].map(([name, as]) => [name, collector(as, rows, (unread) => problem(name, unread))]),
  );
  let at = 0;
  for await (const table of pieces) {
    for (const [name, { add }] of collectors) add(table, table.names.indexOf(name), at);
    at += table.end - table.first;
  }
  return new Map([...collectors].map(([name, { column }]) => [name, column()]));
};
