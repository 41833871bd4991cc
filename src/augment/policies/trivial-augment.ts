import { oneOf } from "../compose/compositions.js";
import type { Composition } from "../transformation.js";
import { strengths } from "./strengths.js";

/**
 * One of fourteen transformations for each example, at a strength that is drawn too; nothing to tune.
 *
 * Source: Müller and Hutter, "TrivialAugment", 2021, in its wide form.
 */
export const trivialAugment = (): Composition => {
  const ends = { shear: 0.99, translate: 32, rotate: 135, factor: 0.99, bits: 2 };
  return { ...oneOf(...strengths(ends, (draws) => draws.between(0, 1))), name: "trivialAugment" };
};
