import { checkOneOf } from "../check.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { requireKnown } from "../options.js";

/** How pixels are looked up between and beyond those that there are. */
export interface Sampling {
  /** The value between pixels. @defaultValue "bilinear" */
  readonly interpolation?: "nearest" | "bilinear" | "bicubic";
  /**
   * What lies beyond the picture: a `constant` colour, the colour of the nearest `edge`, the picture mirrored at its outermost pixels
   * (`reflect`: c b a b c), or the picture again (`wrap`). @defaultValue "constant"
   */
  readonly border?: "constant" | "edge" | "reflect" | "wrap";
  /** The constant colour, one value or one for each channel, in the picture's numbers. @defaultValue black */
  readonly fill?: number | readonly number[];
}

export const interpolations = ["nearest", "bilinear", "bicubic"] as const;
export const borders = ["constant", "edge", "reflect", "wrap"] as const;

/** Throws where options of sampling cannot be what they are, and completes them. */
export const requireSampling = (where: string, options: Sampling): CompleteSampling => {
  const {
    interpolation = "bilinear",
    border = "constant",
    fill = [],
  } = requireKnown(where, options, ["interpolation", "border", "fill"]);
  checkOneOf(where, "interpolation", interpolation, interpolations);
  checkOneOf(where, "border", border, borders);
  const colours = typeof fill === "number" ? [fill] : fill;
  if (!Array.isArray(colours) || !colours.every(Number.isFinite)) {
    throw new SteepestError(`${where}: fill is ${givenText(fill)}; give a number, or one for each channel`);
  }
  return { interpolation, border, fill: colours };
};

/** All options; an empty `fill` is black, one number is for all channels. */
export interface CompleteSampling extends Required<Sampling> {
  readonly fill: readonly number[];
}
