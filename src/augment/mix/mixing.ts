import type { ImageLayout } from "../../data/dataset.js";
import type { Draws } from "../draws.js";

/** A rectangle of a picture, in whole pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What was drawn for one example. */
export interface Mixture {
  /** Of the example itself; its partner has the rest. */
  readonly share: number;
  /** What of the picture is the partner's. Where left out, every number is a mean of both, weighted by their shares. */
  readonly part?: Part;
}

/** A way to mix an example with another one. */
export interface Mixing {
  readonly name: string;
  /** By which it is told from others of its name. */
  readonly settings: Readonly<Record<string, number>>;
  /** By chance for one example; undefined leaves it alone. */
  readonly draw: (draws: Draws, image: ImageLayout | undefined) => Mixture | undefined;
  /** Whether it needs to know how inputs are pictures. */
  readonly pictures: boolean;
}

/** Options of `mixup` and `cutmix`. */
export interface MixingOptions {
  /** Shares are drawn from the Beta distribution with both parameters α: small ones mix little, 1 any share alike. @defaultValue 0.2 of mixup, 1 of cutmix */
  readonly alpha?: number;
  /** How many examples are mixed. @defaultValue 1: all */
  readonly probability?: number;
}
