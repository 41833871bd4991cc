import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `brightness`, `contrast` and `saturation`. */
export interface FactorOptions {
  /** Range of the factor; 1 changes nothing. @defaultValue 0.4 to both sides of 1 */
  readonly factor?: Spread;
}

const blend = (
  name: "brightness" | "contrast" | "saturation",
  other: "black" | "mean" | "grey",
  options: FactorOptions,
): Transformation => {
  const { factor = 0.4 } = requireKnown(name, options, ["factor"]);
  const [low, high] = spreadOf(name, "factor", factor, { around: 1, least: 0 });
  return transformation({
    name,
    draw: (draws) => ({ factor: draws.between(low, high) }),
    operations: (drawn) => [{ kind: "blend", with: other, factor: drawn.factor }],
  });
};

/** f·x: further from black or nearer to it. */
export const brightness = (options: FactorOptions = {}): Transformation =>
  blend("brightness", "black", options);

/** f·x + (1 − f)·m, where m is the mean grey of the picture. */
export const contrast = (options: FactorOptions = {}): Transformation => blend("contrast", "mean", options);

/** f·x + (1 − f)·g, where g is the grey of the pixel, 0.299·r + 0.587·g + 0.114·b. Grey pictures stay what they are. */
export const saturation = (options: FactorOptions = {}): Transformation =>
  blend("saturation", "grey", options);
