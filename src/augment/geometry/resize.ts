import { check, positiveCount } from "../../check.js";
import { scaling } from "../matrix.js";
import { move, type Operation } from "../operation.js";
import { type SizeOption, sizeOf } from "../options.js";
import type { Size } from "../picture.js";
import { type Transformation, transformation } from "../transformation.js";

/** The whole picture in another size. */
export const resized = (picture: Size, size: Size): Operation =>
  move(
    { kind: "projective", matrix: scaling(picture.width / size.width, picture.height / size.height) },
    size,
  );

/** The size in which the short side has a length, and the sides their ratio. */
export const withShortSide = ({ width, height }: Size, side: number): Size => {
  const factor = side / Math.min(width, height);
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
};

/** The whole picture in a given size, or with a short side of a given length. Always the same: for pictures that are not augmented, too. */
export const resize = (
  options: { readonly size: SizeOption } | { readonly shortSide: number },
): Transformation => {
  const fixed = "size" in options ? sizeOf("resize", options.size) : undefined;
  const side = "shortSide" in options ? options.shortSide : 1;
  check("resize", positiveCount, { shortSide: side });
  return transformation({
    name: "resize",
    draw: () => ({}),
    operations: (_, picture) => [resized(picture, fixed ?? withShortSide(picture, side))],
  });
};
