import { missing } from "../missing.js";
import type { Size } from "./picture.js";

/*
 * Maps of the plane as 3×3 matrices in homogeneous coordinates, row by row. All of them say where a point of a *result* lies in its
 * *source*: the matrix of "turn by α" turns by −α, and the matrix of "A, then B" is A·B.
 */

/** Nine numbers, row by row. */
export type Matrix = readonly number[];

export const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** A·B */
export const product = (a: Matrix, b: Matrix): Matrix =>
  Array.from({ length: 9 }, (_, k) => {
    const [i, j] = [3 * Math.floor(k / 3), k % 3];
    return [0, 1, 2].reduce((sum, l) => sum + (a[i + l] ?? missing()) * (b[3 * l + j] ?? missing()), 0);
  });

/** p + (x, y) */
export const translation = (x: number, y: number): Matrix => [1, 0, x, 0, 1, y, 0, 0, 1];

/** (x·p₁, y·p₂) */
export const scaling = (x: number, y: number): Matrix => [x, 0, 0, 0, y, 0, 0, 0, 1];

/** Turned by an angle in degrees, with the clock for positive ones, since y points down. */
export const rotation = (degrees: number): Matrix => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, -sin, 0, sin, cos, 0, 0, 0, 1];
};

/** (p₁ + x·p₂, p₂ + y·p₁) */
export const shearing = (x: number, y: number): Matrix => [1, x, 0, y, 1, 0, 0, 0, 1];

/** A map with its fixed point moved from the corner to the centre of a picture. */
export const aboutCentre = (map: Matrix, { width, height }: Size): Matrix =>
  product(product(translation(width / 2, height / 2), map), translation(-width / 2, -height / 2));

/** The projective map that takes four points to four others; throws nothing, but holds NaN or Infinity where three of a side are in line. */
export const fourPoints = (
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): Matrix => {
  // u·(g·x + h·y + 1) = a·x + b·y + c, and likewise for v: eight equations for a … h.
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i] ?? missing();
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  return [...solved(rows), 1];
};

/** Gauss–Jordan elimination with pivots; each row ends with its right side. */
const solved = (rows: number[][]): number[] => {
  const n = rows.length;
  const at = (i: number, j: number) => rows[i]?.[j] ?? missing();
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot] ?? missing(), rows[column] ?? missing()];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = at(i, column) / at(column, column);
      rows[i] = (rows[i] ?? missing()).map((value, j) => value - factor * at(column, j));
    }
  }
  return rows.map((row, i) => (row[n] ?? missing()) / (row[i] ?? missing()));
};

/** Where a map takes a point. */
export const mapped = (matrix: Matrix, x: number, y: number): readonly [number, number] => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
};
