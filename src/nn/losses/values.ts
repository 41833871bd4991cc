import { SteepestError } from "../../errors.js";
import { abs, minimum, square } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Loss, requireSameShape } from "./loss.js";

/** `(output - target)²`. */
export const meanSquaredError = (): Loss => ({
  name: "meanSquaredError",
  target: "value",
  of: (output, target) => {
    requireSameShape("meanSquaredError", output, target);
    return square(output.sub(target));
  },
});

/** `|output - target|`. Its minimum is the median, where that of the squared error is the mean. */
export const meanAbsoluteError = (): Loss => ({
  name: "meanAbsoluteError",
  target: "value",
  of: (output, target) => {
    requireSameShape("meanAbsoluteError", output, target);
    return abs(output.sub(target));
  },
});

/** Quadratic up to `delta`, linear beyond: `m·(|r| - m/2)` with residual r and `m = min(|r|, delta)` (Huber 1964). */
export const huber = (options: { /** @defaultValue 1 */ readonly delta?: number } = {}): Loss => {
  const { delta = 1 } = requireKnown("huber", options, ["delta"]);
  if (!(delta > 0)) throw new SteepestError(`huber: delta must be positive, got ${delta}`);
  return {
    name: "huber",
    target: "value",
    of: (output, target) => {
      requireSameShape("huber", output, target);
      const size = abs(output.sub(target));
      const near = minimum(size, delta);
      return near.mul(size.sub(near.mul(0.5)));
    },
  };
};
