import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `hue`. */
export interface HueOptions {
  /** Range of the turn, as a share of the circle of hues; 0.5 is the opposite colour. @defaultValue 0.1 to both sides */
  readonly turn?: Spread;
}

/** Turns the hue (of HSV) of every pixel; its value and saturation stay. Pictures that have not three channels stay what they are. */
export const hue = (options: HueOptions = {}): Transformation => {
  const { turn = 0.1 } = requireKnown("hue", options, ["turn"]);
  const [low, high] = spreadOf("hue", "turn", turn, { least: -0.5, most: 0.5 });
  return transformation({
    name: "hue",
    draw: (draws) => ({ turn: draws.between(low, high) }),
    operations: (drawn) => [{ kind: "hue", turn: drawn.turn }],
  });
};
