import { check, positiveCount, share } from "../../check.js";
import { requireKnown } from "../../options.js";
import { someOf } from "../compose/compositions.js";
import type { Composition } from "../transformation.js";
import { strengths } from "./strengths.js";

/** Options of `randAugment`. */
export interface RandAugmentOptions {
  /** Transformations for each example. @defaultValue 2 */
  readonly count?: number;
  /** From 0, nothing, to 1, the strongest. @defaultValue 0.3 */
  readonly strength?: number;
}

/**
 * So many of fourteen transformations, drawn for each example, all at one strength.
 *
 * Source: Cubuk et al., "RandAugment", 2020; the ends of the strengths are torchvision's, whose magnitude 9 of 30 is a strength of 0.3.
 */
export const randAugment = (options: RandAugmentOptions = {}): Composition => {
  const { count = 2, strength = 0.3 } = requireKnown("randAugment", options, ["count", "strength"]);
  check("randAugment", positiveCount, { count });
  check("randAugment", share, { strength });
  const ends = { shear: 0.3, translate: 150 / 331, rotate: 30, factor: 0.9, bits: 4 };
  return {
    ...someOf(
      count,
      strengths(ends, () => strength),
    ),
    name: "randAugment",
  };
};
