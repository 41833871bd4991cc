import { requireKnown } from "../../options.js";
import type { Operation } from "../operation.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `colourJitter`; 0 leaves something out. */
export interface ColourJitterOptions {
  /** Range of the factor. @defaultValue 0.4 to both sides of 1 */
  readonly brightness?: Spread;
  /** Range of the factor. @defaultValue 0.4 to both sides of 1 */
  readonly contrast?: Spread;
  /** Range of the factor. @defaultValue 0 */
  readonly saturation?: Spread;
  /** Range of the turn, as a share of the circle. @defaultValue 0 */
  readonly hue?: Spread;
}

const names = ["brightness", "contrast", "saturation", "hue"] as const;
type Name = (typeof names)[number];

const operationOf: Readonly<Record<Name, (value: number) => Operation>> = {
  brightness: (factor) => ({ kind: "blend", with: "black", factor }),
  contrast: (factor) => ({ kind: "blend", with: "mean", factor }),
  saturation: (factor) => ({ kind: "blend", with: "grey", factor }),
  hue: (turn) => ({ kind: "hue", turn }),
};

/**
 * Brightness, contrast, saturation and hue changed at random, in random order. What is drawn lists them in the order in which they are done.
 *
 * Source: lecture 8, "Color jitter", which changes brightness and contrast.
 */
export const colourJitter = (options: ColourJitterOptions = {}): Transformation => {
  const where = "colourJitter";
  const { brightness = 0.4, contrast = 0.4, saturation = 0, hue = 0 } = requireKnown(where, options, names);
  const given = { brightness, contrast, saturation, hue };
  const spreads = names.map((name) => {
    const bounds = name === "hue" ? { least: -0.5, most: 0.5 } : { around: 1, least: 0 };
    return { name, spread: spreadOf(where, name, given[name], bounds), nothing: bounds.around ?? 0 };
  });
  const used = spreads.filter(({ spread: [low, high], nothing }) => low !== nothing || high !== nothing);
  return transformation<Readonly<Partial<Record<Name, number>>> & Readonly<Record<string, number>>>({
    name: where,
    draw: (draws) =>
      Object.fromEntries(draws.shuffled(used).map(({ name, spread }) => [name, draws.between(...spread)])),
    operations: (drawn) => Object.entries(drawn).map(([name, value]) => operationOf[name as Name](value)),
  });
};
