import { check, share } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `erase`. */
export interface EraseOptions {
  /** Range of the rectangle's share of the picture's area. @defaultValue [0.02, 0.33] */
  readonly area?: Spread;
  /** Range of its height over its width. @defaultValue [0.3, 3.3] */
  readonly ratio?: Spread;
  /** A share of the way from black to white, or `noise`, uniform numbers. @defaultValue 0 */
  readonly fill?: number | "noise";
  /** @defaultValue 0.5 */
  readonly probability?: number;
}

const ATTEMPTS = 10;

/**
 * Fills a random rectangle; where none of the drawn area and ratio fits in ten draws, the picture stays.
 *
 * Source: Zhong et al., "Random erasing data augmentation", 2020.
 */
export const erase = (options: EraseOptions = {}): Transformation => {
  const {
    area = [0.02, 0.33],
    ratio = [0.3, 3.3],
    fill = 0,
    probability = 0.5,
  } = requireKnown("erase", options, ["area", "ratio", "fill", "probability"]);
  check("erase", share, { probability });
  if (fill !== "noise" && !(typeof fill === "number" && share.holds(fill))) {
    throw new SteepestError(
      `erase: fill is ${givenText(fill)}; give a share of white from 0 to 1, or "noise"`,
    );
  }
  const areas = spreadOf("erase", "area", typeof area === "number" ? [area, area] : area, {
    least: 0,
    most: 1,
  });
  const ratios = spreadOf("erase", "ratio", typeof ratio === "number" ? [ratio, ratio] : ratio, {
    least: 1e-3,
  });
  return transformation({
    name: "erase",
    draw: (draws, size) => {
      if (!draws.happens(probability)) return undefined;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const part = draws.between(...areas);
        const shape = Math.exp(draws.between(Math.log(ratios[0]), Math.log(ratios[1])));
        // Of so many pixels along each axis, as shares of them.
        const height = Math.sqrt((part * shape * size.width) / size.height);
        const width = Math.sqrt((part * size.height) / (shape * size.width));
        if (width > 1 || height > 1) continue;
        const place = { left: draws.between(0, 1 - width), top: draws.between(0, 1 - height), width, height };
        return fill === "noise" ? { ...place, word: draws.word() } : place;
      }
      return undefined;
    },
    operations: ({ left, top, width, height, ...drawn }) => {
      const filled = "word" in drawn ? { word: drawn.word } : Number(fill);
      return [{ kind: "erase", left, top, width, height, fill: filled }];
    },
  });
};
