import type { Picture, Size } from "./picture.js";
import type { PointMap } from "./point-map.js";

/**
 * What can be done to a picture: plain data, so that it can be sent to a thread that does it. A transformation, with its parameters drawn,
 * comes down to a few of these. Shares are of the way from black to white.
 */
export type Operation =
  /** Looks up every pixel of a result of this size where the map says. */
  | { readonly kind: "move"; readonly map: PointMap; readonly size: Size }
  /** factor·x + (1 − factor)·other, where other is black, the mean of the picture's grey, or the pixel's own grey. */
  | { readonly kind: "blend"; readonly with: "black" | "mean" | "grey"; readonly factor: number }
  /** black + white − x */
  | { readonly kind: "invert" }
  /** Turns the hue by a share of the circle. */
  | { readonly kind: "hue"; readonly turn: number }
  /** Keeps the highest bits of eight. */
  | { readonly kind: "posterise"; readonly bits: number }
  /** Inverts what is at least so bright a share. */
  | { readonly kind: "solarise"; readonly threshold: number }
  /** Spreads the values of each channel so that all are equally frequent. */
  | { readonly kind: "equalise" }
  /** Spreads the values of each channel from black to white. */
  | { readonly kind: "autocontrast" }
  /** factor·x + (1 − factor)·smooth(x) */
  | { readonly kind: "sharpness"; readonly factor: number }
  /** Mean of the neighbours up to `radius`, weighted by a Gaussian of this deviation in pixels. */
  | { readonly kind: "blur"; readonly sigma: number; readonly radius: number }
  /** Adds normal noise of this deviation, a share; the numbers follow from `word`. */
  | { readonly kind: "noise"; readonly deviation: number; readonly word: number }
  /** Fills a rectangle, given in shares of width and height, with a share of the way to white, or with uniform noise that follows from `word`. */
  | {
      readonly kind: "erase";
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
      readonly fill: number | { readonly word: number };
    }
  /** Anything else: changes the pixels in place. It runs on the thread that trains. */
  | { readonly kind: "change"; readonly change: (picture: Picture) => void };

/** A map as an operation whose result has the size of its source, or another. */
export const move = (map: PointMap, size: Size): Operation => ({ kind: "move", map, size });
