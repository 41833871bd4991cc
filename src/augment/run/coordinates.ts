import { missing } from "../../missing.js";
import { identity } from "../matrix.js";
import { moved, type PointMap } from "../point-map.js";
import type { Canvas } from "./canvas.js";

/** Bytes of the numbers of one map. */
const NUMBERS = 64;

/**
 * A function that writes where the pixels of some rows of a result are looked up: the points of the grid, moved by one map after another.
 * The numbers of the maps are put into memory once.
 */
export const moveCoordinates = (
  { workspace, kernels }: Canvas,
  maps: readonly PointMap[],
  numbers: number,
  { xs, ys }: { readonly xs: number; readonly ys: number },
  width: number,
): ((row: number, rows: number) => void) => {
  const [first, ...rest] = maps;
  const affine = first?.kind === "projective" && isAffine(first.matrix) ? first.matrix : undefined;
  const floats = workspace.float32;
  floats.set((affine ?? identity).slice(0, 6), numbers / 4);
  const steps = (affine ? rest : maps).map((map, i) => step(map, numbers + (i + 1) * NUMBERS));

  function step(map: PointMap, address: number): (points: number) => void {
    switch (map.kind) {
      case "projective":
        floats.set(map.matrix, address / 4);
        return (points) => kernels.projective(xs, ys, points, address);
      case "radial":
        floats.set([...map.centre, 1 / map.radius ** 2, map.k1, map.k2], address / 4);
        return (points) => kernels.radial(xs, ys, points, address);
      case "displacement": {
        const { columns, rows, field } = map;
        const place = workspace.take(field.byteLength);
        floats.set(field, place / 4);
        const [perX, perY] = [(columns - 1) / map.width, (rows - 1) / map.height];
        return (points) =>
          kernels.displace(xs, ys, points, place, 8 * columns, columns - 2, rows - 2, perX, perY);
      }
      case "points":
        return (points) => {
          for (let i = 0; i < points; i++) {
            const [x, y] = moved([map], floats[xs / 4 + i] ?? missing(), floats[ys / 4 + i] ?? missing());
            floats[xs / 4 + i] = x;
            floats[ys / 4 + i] = y;
          }
        };
    }
  }

  return (row, rows) => {
    kernels.grid(xs, ys, width, rows, row, numbers);
    const points = rows * width;
    // Whole vectors; what lies behind the last point is not used.
    for (const run of steps) run(points + 3 - ((points + 3) % 4));
  };
};

const isAffine = ([, , , , , , g, h, i]: readonly number[]): boolean => g === 0 && h === 0 && i === 1;
