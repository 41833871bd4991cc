import { missing } from "../missing.js";
import { type Matrix, mapped, product } from "./matrix.js";

/** Where a point of a result lies in its source, in pixels from the top left corner: pixel i reaches from i to i + 1. */
export type PointMap =
  | { readonly kind: "projective"; readonly matrix: Matrix }
  /** c + (p − c)·(1 + k1·r² + k2·r⁴), where r is |p − c| over `radius`. */
  | {
      readonly kind: "radial";
      readonly centre: readonly [x: number, y: number];
      readonly radius: number;
      readonly k1: number;
      readonly k2: number;
    }
  /** p plus a displacement, given as (dx, dy) at `columns` × `rows` nodes spread evenly over width × height, and linear between them. */
  | {
      readonly kind: "displacement";
      readonly width: number;
      readonly height: number;
      readonly columns: number;
      readonly rows: number;
      readonly field: Float32Array;
    }
  /** Anything else; slow, since it is called for every pixel. */
  | { readonly kind: "points"; readonly move: (x: number, y: number) => readonly [x: number, y: number] };

/** Neighbouring matrices multiplied: the same maps, one after another, in as few steps as can be. */
export const joined = (maps: readonly PointMap[]): readonly PointMap[] => {
  const result: PointMap[] = [];
  for (const map of maps) {
    const last = result.at(-1);
    if (map.kind === "projective" && last?.kind === "projective") {
      result[result.length - 1] = { kind: "projective", matrix: product(map.matrix, last.matrix) };
    } else result.push(map);
  }
  return result;
};

/** Where maps, applied one after another, take a point. */
export const moved = (maps: readonly PointMap[], x: number, y: number): readonly [x: number, y: number] =>
  maps.reduce<readonly [number, number]>((point, map) => movedBy(map, point[0], point[1]), [x, y]);

const movedBy = (map: PointMap, x: number, y: number): readonly [number, number] => {
  switch (map.kind) {
    case "projective":
      return mapped(map.matrix, x, y);
    case "points":
      return map.move(x, y);
    case "radial": {
      const [dx, dy] = [x - map.centre[0], y - map.centre[1]];
      const r2 = (dx * dx + dy * dy) / map.radius ** 2;
      const factor = 1 + r2 * (map.k1 + map.k2 * r2);
      return [map.centre[0] + dx * factor, map.centre[1] + dy * factor];
    }
    case "displacement": {
      const { width, height, columns, rows, field } = map;
      const u = Math.min(Math.max((x / width) * (columns - 1), 0), columns - 1);
      const v = Math.min(Math.max((y / height) * (rows - 1), 0), rows - 1);
      const [i, j] = [Math.min(Math.floor(u), columns - 2), Math.min(Math.floor(v), rows - 2)];
      const at = (di: number, dj: number, part: number) =>
        field[2 * ((j + dj) * columns + i + di) + part] ?? missing();
      const [s, t] = [u - i, v - j];
      const between = (part: number) =>
        (1 - t) * ((1 - s) * at(0, 0, part) + s * at(1, 0, part)) +
        t * ((1 - s) * at(0, 1, part) + s * at(1, 1, part));
      return [x + between(0), y + between(1)];
    }
  }
};
