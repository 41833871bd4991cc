import { check, positive, share as shareOf } from "../../check.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import type { Mixing, MixingOptions } from "./mixing.js";

/** What of a line of so many pixels lies within `length` around a pixel. */
const within = (pixels: number, centre: number, length: number): readonly [start: number, size: number] => {
  const start = Math.max(0, centre - Math.floor(length / 2));
  return [start, Math.min(pixels, centre - Math.floor(length / 2) + length) - start];
};

/**
 * A rectangle of a picture replaced by the partner's, whose class gets the rectangle's share of the pixels. Its sides are √(1 − λ) of the
 * picture's, with λ from Beta(α, α), α = 1 where left out; its centre is any pixel, and what lies outside is cut off.
 *
 * Source: Yun et al., "CutMix: Regularization strategy to train strong classifiers with localizable features", 2019.
 */
export const cutmix = (options: MixingOptions = {}): Mixing => {
  const { alpha = 1, probability = 1 } = requireKnown("cutmix", options, ["alpha", "probability"]);
  check("cutmix", positive, { alpha });
  check("cutmix", shareOf, { probability });
  return {
    name: "cutmix",
    settings: { alpha, probability },
    pictures: true,
    draw: (draws, image) => {
      if (!draws.happens(probability)) return undefined;
      const { width: across, height: down } = image ?? missing();
      const side = Math.sqrt(1 - draws.beta(alpha));
      const [x, y] = [draws.whole(0, across - 1), draws.whole(0, down - 1)];
      const [left, width] = within(across, x, Math.floor(side * across));
      const [top, height] = within(down, y, Math.floor(side * down));
      return { share: 1 - (width * height) / (across * down), part: { left, top, width, height } };
    },
  };
};
