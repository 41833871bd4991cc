import { check, type Range } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { translation } from "../matrix.js";
import { move, type Operation } from "../operation.js";
import { type SizeOption, sizeOf } from "../options.js";
import type { Size } from "../picture.js";
import { type Transformation, transformation } from "../transformation.js";

const wholePixels: Range = {
  holds: (value) => Number.isInteger(value) && value >= 0,
  expected: "a whole number of pixels, 0 or more",
};

/** The part of a picture that begins at a pixel. */
export const cut = (left: number, top: number, size: Size): Operation =>
  move({ kind: "projective", matrix: translation(left, top) }, size);

/** Throws where a part is larger than what it is cut from. */
const requireRoom = (where: string, size: Size, picture: Size, padding: number): void => {
  if (size.width <= picture.width + 2 * padding && size.height <= picture.height + 2 * padding) return;
  throw new SteepestError(
    `${where}: a part of ${size.width} x ${size.height} is larger than the picture of ${picture.width} x ${picture.height}${padding > 0 ? ` with ${padding} pixels around it` : ""}; give a smaller size, more padding, or resize first`,
  );
};

/** Options of `randomCrop`. */
export interface RandomCropOptions {
  /** Of the part that is cut out. @defaultValue the picture's own */
  readonly size?: SizeOption;
  /** Pixels around the picture that the part may reach into; the augmentation's `border` says what is there. @defaultValue 4 where the size is the picture's own, else 0 */
  readonly padding?: number;
}

/** A part of the picture at a random place. */
export const randomCrop = (options: RandomCropOptions = {}): Transformation => {
  const { size: given, padding = given === undefined ? 4 : 0 } = requireKnown("randomCrop", options, [
    "size",
    "padding",
  ]);
  check("randomCrop", wholePixels, { padding });
  const fixed = given === undefined ? undefined : sizeOf("randomCrop", given);
  return transformation({
    name: "randomCrop",
    draw: (draws, picture) => {
      const size = fixed ?? picture;
      requireRoom("randomCrop", size, picture, padding);
      return {
        left: draws.whole(-padding, picture.width + padding - size.width),
        top: draws.whole(-padding, picture.height + padding - size.height),
      };
    },
    operations: ({ left, top }, picture) => [cut(left, top, fixed ?? picture)],
  });
};

/** The part in the middle, for pictures that are not augmented. Throws where the picture is smaller. */
export const centreCrop = ({ size: given }: { readonly size: SizeOption }): Transformation => {
  const size = sizeOf("centreCrop", given);
  return transformation({
    name: "centreCrop",
    draw: () => ({}),
    operations: (_, picture) => {
      requireRoom("centreCrop", size, picture, 0);
      const middle = (outer: number, inner: number) => Math.floor((outer - inner) / 2);
      return [cut(middle(picture.width, size.width), middle(picture.height, size.height), size)];
    },
  });
};
