import { check, share } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `posterise`. */
export interface PosteriseOptions {
  /** Range of the bits of eight that are kept. @defaultValue [4, 7] */
  readonly bits?: Spread;
  /** @defaultValue 0.5 */
  readonly probability?: number;
}

/** Fewer levels: keeps the highest bits of every value. */
export const posterise = (options: PosteriseOptions = {}): Transformation => {
  const { bits = [4, 7], probability = 0.5 } = requireKnown("posterise", options, ["bits", "probability"]);
  check("posterise", share, { probability });
  const [low, high] = spreadOf("posterise", "bits", typeof bits === "number" ? [bits, bits] : bits, {
    least: 1,
    most: 8,
  });
  if (!Number.isInteger(low) || !Number.isInteger(high)) {
    throw new SteepestError(`posterise: bits are [${low}, ${high}]; give whole numbers from 1 to 8`);
  }
  return transformation({
    name: "posterise",
    draw: (draws) => (draws.happens(probability) ? { bits: draws.whole(low, high) } : undefined),
    operations: (drawn) => [{ kind: "posterise", bits: drawn.bits }],
  });
};
