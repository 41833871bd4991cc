import { contours } from "d3-contour";
import type { Contours } from "./chart.js";

/** Values of f at the centres of the cells of a grid over the plane, row by row from the bottom. */
export const gridOf = (
  f: (x: number, y: number) => number,
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
  columns: number,
  rows: number,
): Float64Array => {
  const values = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      values[j * columns + i] = f(
        left + ((i + 0.5) / columns) * (right - left),
        bottom + ((j + 0.5) / rows) * (top - bottom),
      );
    }
  }
  return values;
};

/** Heights between the least and the greatest, closer together near the least: their distances grow like a power. */
export const levelsOf = (values: Float64Array, count: number, power = 2.5): number[] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low < high)) return [];
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 0.5) / count) ** power);
};

/** The regions above each level, as paths in units of cells. Run in the worker. */
export const contourLines = (
  values: Float64Array,
  columns: number,
  rows: number,
  levels: readonly number[],
): Contours => {
  const finite = Array.from(values, (value) => (Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY));
  const shapes = contours()
    .size([columns, rows])
    .thresholds([...levels])(finite);
  return {
    columns,
    rows,
    levels: shapes.map(({ value, coordinates }) => ({
      value,
      path: coordinates
        .flat()
        .map((ring) => `M${ring.map(([x = 0, y = 0]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`)
        .join(""),
    })),
  };
};
