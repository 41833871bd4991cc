import { missing } from "../missing.js";
import { number } from "../report/format.js";

/** Rows under column names as aligned text: columns of numbers, in the notation of the reports, to the right, others to the left. */
export const tableText = (
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? number(cell) : cell)));
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const numeric = columns.map(
    (_, i) =>
      rows.length > 0 && rows.every((row) => /^(number|undefined)$/.test(typeof row[i]) || row[i] === "–"),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        numeric[i] ? cell.padStart(widths[i] ?? missing()) : cell.padEnd(widths[i] ?? missing()),
      )
      .join("  ")
      .trimEnd();
  return [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)].join("\n");
};
