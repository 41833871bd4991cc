import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { type SizeOption, type Spread, sizeOf, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";
import { cut } from "./crop.js";
import { resized, withShortSide } from "./resize.js";

/** Options of `randomScaleCrop`. */
export interface RandomScaleCropOptions {
  /** Range of the short side in pixels. @defaultValue [256, 480] */
  readonly sides?: Spread;
  /** Of the part that is cut out. @defaultValue 224 */
  readonly size?: SizeOption;
}

/**
 * Random crops and scales: draws L from `sides`, resizes the picture so that its short side is L, and cuts out a part of `size` at a
 * random place.
 *
 * Source: lecture 8, "Random crops and scales"; He et al., "Deep residual learning for image recognition", 2016.
 */
export const randomScaleCrop = (options: RandomScaleCropOptions = {}): Transformation => {
  const where = "randomScaleCrop";
  const { sides = [256, 480], size: given = 224 } = requireKnown(where, options, ["sides", "size"]);
  const size = sizeOf(where, given);
  const longest = Math.max(size.width, size.height);
  const ends = typeof sides === "number" ? ([sides, sides] as const) : sides;
  const [low, high] = spreadOf(where, "sides", ends, { least: 1 });
  if (!Number.isInteger(low) || !Number.isInteger(high) || low < longest) {
    throw new SteepestError(
      `${where}: sides are [${low}, ${high}]; give whole numbers of at least ${longest}, the part's longer side`,
    );
  }
  return transformation({
    name: where,
    draw: (draws, picture) => {
      const side = draws.whole(low, high);
      const scaled = withShortSide(picture, side);
      return {
        side,
        left: draws.whole(0, scaled.width - size.width),
        top: draws.whole(0, scaled.height - size.height),
      };
    },
    operations: ({ side, left, top }, picture) => [
      resized(picture, withShortSide(picture, side)),
      cut(left, top, size),
    ],
  });
};
