import { check, notNegative } from "../../check.js";
import { requireKnown } from "../../options.js";
import { translation } from "../matrix.js";
import { move } from "../operation.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `translate`. */
export interface TranslateOptions {
  /** Furthest way along each axis, as a share of the picture's width and height. @defaultValue 0.1 where no `pixels` are given */
  readonly share?: number;
  /** Furthest way along each axis in pixels; only whole pixels are drawn, so that nothing is blurred. @defaultValue 0 */
  readonly pixels?: number;
}

/** Moves by up to a share of the size, plus up to so many whole pixels, right or left, down or up. */
export const translate = (options: TranslateOptions = {}): Transformation => {
  const { pixels = 0, share = options.pixels === undefined ? 0.1 : 0 } = requireKnown("translate", options, [
    "share",
    "pixels",
  ]);
  check("translate", notNegative, { share, pixels });
  const whole = Math.floor(pixels);
  return transformation({
    name: "translate",
    draw: (draws, { width, height }) => {
      const along = (size: number) =>
        (share > 0 ? size * draws.between(-share, share) : 0) + (whole > 0 ? draws.whole(-whole, whole) : 0);
      return { x: along(width), y: along(height) };
    },
    operations: ({ x, y }, size) => [move({ kind: "projective", matrix: translation(-x, -y) }, size)],
  });
};
