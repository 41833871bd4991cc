import { missing } from "../missing.js";

/** A point of a series: x and y. */
export type Point = readonly [number, number];

/**
 * At most two points per column of pixels: the lowest and the highest of each, in their order, with the first and the last
 * point kept and gaps closed. A line of a hundred thousand steps looks the same and takes a hundredth of the bytes.
 *
 * @param position where a value of x lies along the axis, in pixels.
 */
export const thin = (
  all: readonly Point[],
  columns: number,
  position: (x: number) => number,
): readonly Point[] => {
  if (all.length <= 4 * columns) return all;
  const points = all.filter(([, y]) => Number.isFinite(y));
  const kept: number[] = [];
  let [column, lowest, highest] = [Number.NaN, 0, 0];
  const keep = () => kept.push(Math.min(lowest, highest), Math.max(lowest, highest));
  points.forEach(([x, y], i) => {
    const here = Math.floor(position(x));
    if (here !== column) {
      if (i > 0) keep();
      [column, lowest, highest] = [here, i, i];
    }
    if (y < (points[lowest] ?? missing())[1]) lowest = i;
    if (y > (points[highest] ?? missing())[1]) highest = i;
  });
  keep();
  const indices = new Set([0, ...kept, points.length - 1]);
  return [...indices].flatMap((i) => (points[i] ? [points[i]] : []));
};
