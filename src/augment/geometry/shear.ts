import { requireKnown } from "../../options.js";
import { aboutCentre, shearing } from "../matrix.js";
import { move } from "../operation.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `shear`: ranges of angles by which vertical lines (x) and horizontal ones (y) are slanted. */
export interface ShearOptions {
  /** In degrees. @defaultValue 10 to both sides */
  readonly x?: Spread;
  /** In degrees. @defaultValue 10 to both sides */
  readonly y?: Spread;
}

const tangent = (degrees: number) => Math.tan((degrees * Math.PI) / 180);

/** Slants about the centre: (x, y) goes to (x + tan(a)·y, y + tan(b)·x). */
export const shear = (options: ShearOptions = {}): Transformation => {
  const { x = 10, y = 10 } = requireKnown("shear", options, ["x", "y"]);
  const bounds = { least: -80, most: 80 };
  const [xs, ys] = [spreadOf("shear", "x", x, bounds), spreadOf("shear", "y", y, bounds)];
  return transformation({
    name: "shear",
    draw: (draws) => ({ x: draws.between(...xs), y: draws.between(...ys) }),
    operations: (degrees, size) => {
      // The inverse of (1 a; b 1) is (1 −a; −b 1) over 1 − a·b.
      const [a, b] = [tangent(degrees.x), tangent(degrees.y)];
      const inverse = shearing(-a, -b).map((entry, i) => (i < 6 ? entry / (1 - a * b) : entry));
      return [move({ kind: "projective", matrix: aboutCentre(inverse, size) }, size)];
    },
  });
};
