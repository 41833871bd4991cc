import { check, notNegative } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import type { Schedule } from "../rule.js";

export interface OneCycleOptions {
  readonly peak: number;
  /** The rate at the first step. @defaultValue `peak / 25` */
  readonly start?: number;
  /** The rate at the last step. @defaultValue `start / 1e4` */
  readonly final?: number;
  /** The share of training spent on the way to the peak. @defaultValue 0.3 */
  readonly rise?: number;
}

/**
 * One cycle over the whole of training, along half cosines: from `start` up to `peak` and down to `final`. With `start` and
 * `final` above `peak` it is the momentum that belongs to such a learning rate:
 *
 * ```ts
 * momentum({ learningRate: oneCycle({ peak: 0.1 }), beta: oneCycle({ start: 0.95, peak: 0.85, final: 0.95 }) })
 * ```
 *
 * The peak is reached at step `rise·steps - 1`, the end at step `steps - 1`, as in PyTorch.
 *
 * Throws where a rate is negative or rise not between 0 and 1.
 * Source: Smith & Topin 2018, "Super-convergence".
 */
export const oneCycle = (options: OneCycleOptions): Schedule => {
  const {
    peak,
    start = peak / 25,
    final = start / 1e4,
    rise = 0.3,
  } = requireKnown("oneCycle", options, ["peak", "start", "final", "rise"]);
  check("oneCycle", notNegative, { peak, start, final });
  if (!(rise > 0 && rise < 1)) {
    throw new SteepestError(`oneCycle: rise is ${rise}; expected a number between 0 and 1, both excluded`);
  }
  return ({ step, steps }) => {
    const top = rise * steps - 1;
    return step < top
      ? alongCosine(start, peak, step / top)
      : alongCosine(peak, final, Math.min(1, (step - top) / (steps - 1 - top)));
  };
};

/** From `a` at p = 0 to `b` at p = 1 along half a cosine. */
const alongCosine = (a: number, b: number, p: number): number =>
  b + ((a - b) * (1 + Math.cos(Math.PI * p))) / 2;
