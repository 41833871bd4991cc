import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `noise`. */
export interface NoiseOptions {
  /** Range of the standard deviation, as a share of the way from black to white. @defaultValue [0, 0.1] */
  readonly deviation?: Spread;
}

/** Adds a normal number to every value (to 16 bits: it ends at 4.3 deviations), and cuts off at black and white. */
export const noise = (options: NoiseOptions = {}): Transformation => {
  const { deviation = [0, 0.1] } = requireKnown("noise", options, ["deviation"]);
  const ends = typeof deviation === "number" ? ([deviation, deviation] as const) : deviation;
  const [low, high] = spreadOf("noise", "deviation", ends, { least: 0 });
  return transformation({
    name: "noise",
    draw: (draws) => ({ deviation: draws.between(low, high), word: draws.word() }),
    operations: (drawn) => [{ kind: "noise", ...drawn }],
  });
};
