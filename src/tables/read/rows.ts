import { textAt } from "../../data/csv/scan.js";
import { missing } from "../../missing.js";
import type { TableFile } from "./open.js";

/** A row of a table as it stands in its file. */
export interface FileRow {
  /** The line, from 1, that it begins in. */
  readonly line: number;
  /** The text of each cell, by the name of its column. */
  readonly cells: ReadonlyMap<string, string>;
}

/** Some rows of a file, by their numbers from 0, in the order asked for. The file is read once more: its texts are not kept. */
export const rowsAt = async (
  { pieces }: TableFile,
  numbers: readonly number[],
): Promise<readonly FileRow[]> => {
  const found = new Map<number, FileRow>();
  const wanted = [...new Set(numbers)].sort((a, b) => a - b);
  let [from, next] = [0, 0];
  for await (const table of pieces()) {
    const { names, width, first, end, lines } = table;
    for (; next < wanted.length; next++) {
      const number = wanted[next] ?? missing();
      const row = number - from + first;
      if (row >= end) break;
      const cells = new Map(names.map((name, j) => [name, textAt(table, row * width + j)]));
      found.set(number, { line: lines[row] ?? missing(), cells });
    }
    if (next === wanted.length) break;
    from += end - first;
  }
  return numbers.map((number) => found.get(number) ?? missing());
};
