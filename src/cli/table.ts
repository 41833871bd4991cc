import { missing } from "../missing.js";

/** A number as people read it: at most four significant digits, powers of ten where it is very large or small. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6
    ? Number(value.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 6 })
    : value.toExponential(2);
};

/** Rows under column names as aligned text: columns of numbers to the right, others to the left. */
export const tableText = (
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? numberText(cell) : cell)));
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
