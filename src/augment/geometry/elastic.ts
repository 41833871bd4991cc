import { check, notNegative, positive } from "../../check.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { random } from "../../random/random.js";
import { move } from "../operation.js";
import type { Size } from "../picture.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `elastic`. */
export interface ElasticOptions {
  /** Standard deviation of how far a point moves along an axis, as a share of the shorter side. @defaultValue 0.02 */
  readonly strength?: number;
  /** Distance of points that move independently, as a share of the shorter side. @defaultValue 0.125 */
  readonly spacing?: number;
}

/** Nodes of the field between two points that move independently. */
const NODES = 4;

/** The standard deviation of a cubic B-spline of standard normal numbers, in two dimensions: Σ b² of its weights, averaged over a cell. */
const SPLINE_DEVIATION = 151 / 315;

/** The weights of a cubic B-spline's four numbers around a point that lies `t` behind the second. */
const weights = (t: number): readonly number[] => [
  (1 - t) ** 3 / 6,
  (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
  (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
  t ** 3 / 6,
];

const table = Array.from({ length: NODES }, (_, i) => weights(i / NODES));

/** Smooth random displacements: at the nodes of a grid over the picture, (dx, dy) row by row. */
const fieldOf = (word: number, { width, height }: Size, strength: number, spacing: number) => {
  const side = Math.min(width, height);
  const cells = (length: number) => Math.max(1, Math.ceil(length / (spacing * side)));
  const [columns, rows] = [cells(width), cells(height)];
  const across = columns + 3;
  const draws = random(word, "elastic field");
  const deviation = (strength * side) / SPLINE_DEVIATION;
  const controls = Float64Array.from({ length: 2 * across * (rows + 3) }, () => deviation * draws.normal());
  const size = { columns: NODES * columns + 1, rows: NODES * rows + 1 };
  const field = new Float32Array(2 * size.columns * size.rows);
  for (let j = 0, k = 0; j < size.rows; j++) {
    const [row, wy] = [Math.floor(j / NODES), table[j % NODES] ?? missing()];
    for (let i = 0; i < size.columns; i++) {
      const [column, wx] = [Math.floor(i / NODES), table[i % NODES] ?? missing()];
      for (let part = 0; part < 2; part++) {
        let sum = 0;
        // At a last node the fourth weights are 0, and the numbers beyond the last do not count.
        for (let a = 0; a < 4; a++) {
          for (let b = 0; b < 4; b++) {
            const weight = (wy[a] ?? missing()) * (wx[b] ?? missing());
            if (weight > 0)
              sum += weight * (controls[2 * ((row + a) * across + column + b) + part] ?? missing());
          }
        }
        field[k++] = sum;
      }
    }
  }
  return { ...size, field };
};

/**
 * Moves every point a little, neighbours alike: displacements are a cubic B-spline of normal numbers on a grid, the smooth random field of
 * elastic deformations.
 *
 * Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks", 2003; Rueckert et al., "Nonrigid registration
 * using free-form deformations", 1999.
 */
export const elastic = (options: ElasticOptions = {}): Transformation => {
  const { strength = 0.02, spacing = 0.125 } = requireKnown("elastic", options, ["strength", "spacing"]);
  check("elastic", notNegative, { strength });
  check("elastic", positive, { spacing });
  return transformation({
    name: "elastic",
    draw: (draws) => ({ field: draws.word() }),
    operations: ({ field }, size) => [
      move(
        {
          kind: "displacement",
          width: size.width,
          height: size.height,
          ...fieldOf(field, size, strength, spacing),
        },
        size,
      ),
    ],
  });
};
