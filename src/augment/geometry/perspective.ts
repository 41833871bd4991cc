import { check, type Range } from "../../check.js";
import { requireKnown } from "../../options.js";
import { fourPoints } from "../matrix.js";
import { move } from "../operation.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `perspective`. */
export interface PerspectiveOptions {
  /** How far each corner may move inwards, as a share of half the side. @defaultValue 0.3 */
  readonly strength?: number;
}

const belowOne: Range = {
  holds: (value) => value >= 0 && value < 1,
  expected: "a number from 0 up to, but not including, 1",
};

/** The picture as a plane seen from another side: its corners move inwards, each by its own way. */
export const perspective = (options: PerspectiveOptions = {}): Transformation => {
  const { strength = 0.3 } = requireKnown("perspective", options, ["strength"]);
  check("perspective", belowOne, { strength });
  return transformation({
    name: "perspective",
    // Ways of the corners along x and y, from the top left with the clock, as shares of the sides.
    draw: (draws) => ({ corners: Array.from({ length: 8 }, () => draws.between(0, strength / 2)) }),
    operations: ({ corners }, size) => {
      const { width, height } = size;
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = corners;
      const to = [
        [a * width, b * height],
        [(1 - c) * width, d * height],
        [(1 - e) * width, (1 - f) * height],
        [g * width, (1 - h) * height],
      ] as const;
      const from = [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ] as const;
      return [move({ kind: "projective", matrix: fourPoints(to, from) }, size)];
    },
  });
};
