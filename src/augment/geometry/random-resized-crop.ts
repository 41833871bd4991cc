import { requireKnown } from "../../options.js";
import type { Draws } from "../draws.js";
import { product, scaling, translation } from "../matrix.js";
import { move } from "../operation.js";
import { type SizeOption, type Spread, sizeOf, spreadOf } from "../options.js";
import type { Size } from "../picture.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `randomResizedCrop`. */
export interface RandomResizedCropOptions {
  /** Of the result. */
  readonly size: SizeOption;
  /** Range of the part's share of the picture's area. @defaultValue [0.08, 1] */
  readonly area?: Spread;
  /** Range of the part's width over its height. @defaultValue [3/4, 4/3] */
  readonly ratio?: Spread;
}

/** Attempts to find a part of the drawn area and ratio that fits into the picture. */
const ATTEMPTS = 10;

/**
 * A part of random area, shape and place, resized to one size. The ratio is drawn on a logarithmic scale; where no part fits in ten draws,
 * it is the largest in the middle whose ratio is allowed.
 *
 * Source: Szegedy et al., "Going deeper with convolutions", 2015; the defaults are torchvision's.
 */
export const randomResizedCrop = (options: RandomResizedCropOptions): Transformation => {
  const where = "randomResizedCrop";
  const {
    size: given,
    area = [0.08, 1],
    ratio = [3 / 4, 4 / 3],
  } = requireKnown(where, options, ["size", "area", "ratio"]);
  const size = sizeOf(where, given);
  const areas = spreadOf(where, "area", typeof area === "number" ? [area, area] : area, {
    least: 1e-6,
    most: 1,
  });
  const ratios = spreadOf(where, "ratio", typeof ratio === "number" ? [ratio, ratio] : ratio, {
    least: 1e-3,
  });
  return transformation({
    name: where,
    draw: (draws, picture) => partOf(draws, picture, areas, ratios),
    operations: ({ left, top, width, height }) => [
      move(
        {
          kind: "projective",
          matrix: product(translation(left, top), scaling(width / size.width, height / size.height)),
        },
        size,
      ),
    ],
  });
};

const partOf = (
  draws: Draws,
  picture: Size,
  [leastArea, mostArea]: readonly [number, number],
  [leastRatio, mostRatio]: readonly [number, number],
) => {
  const all = picture.width * picture.height;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = all * draws.between(leastArea, mostArea);
    const ratio = Math.exp(draws.between(Math.log(leastRatio), Math.log(mostRatio)));
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width < 1 || height < 1 || width > picture.width || height > picture.height) continue;
    return {
      left: draws.whole(0, picture.width - width),
      top: draws.whole(0, picture.height - height),
      width,
      height,
    };
  }
  const ratio = Math.min(Math.max(picture.width / picture.height, leastRatio), mostRatio);
  const width = Math.max(1, Math.min(picture.width, Math.round(picture.height * ratio)));
  const height = Math.max(1, Math.min(picture.height, Math.round(picture.width / ratio)));
  return {
    left: Math.floor((picture.width - width) / 2),
    top: Math.floor((picture.height - height) / 2),
    width,
    height,
  };
};
