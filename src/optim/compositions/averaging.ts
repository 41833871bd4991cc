import { check, decayFactor, notNegative } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Rate } from "../rule.js";
import { checkDuration, type Duration, stepsOf } from "../schedules/duration.js";
import { type Composition, composition, onStep } from "./composition.js";

/**
 * Keeps the mean of the iterates in the state "average", for use in place of the parameter when the model is evaluated:
 *
 *     average ← average + (θ - average) / (t - start),   t = 1, 2, …
 *
 * Until `start`, the average is the parameter itself. The iterates are not changed; they are taken as they are after penalties
 * and constraints, wherever these are listed.
 *
 * Throws where the rule keeps an average already.
 * Source: Polyak & Juditsky 1992; with a late start, Izmailov et al. 2018 (stochastic weight averaging).
 */
export const polyakAverage = (
  options: { /** @defaultValue 0 */ readonly start?: Duration } = {},
): Composition => {
  const { start = 0 } = requireKnown("polyakAverage", options, ["start"]);
  checkDuration("polyakAverage", "start", start, notNegative);
  return averaging(
    "polyakAverage",
    (time) => 1 / Math.max(1, time.step + 1 - Math.floor(stepsOf(start, time))),
  );
};

/**
 * Keeps an exponentially decaying average of the iterates in the state "average", for use in place of the parameter when the
 * model is evaluated.
 *
 *     average ← average + (1 - decay)·(θ - average)
 *
 * It starts at the first iterate, as in PyTorch, not at the initial parameter, to which no constraint was applied. The iterates are
 * not changed; they are taken as they are after penalties and constraints, wherever these are listed.
 *
 * Throws where decay is outside [0, 1), or the rule keeps an average already.
 */
export const ema = (options: { /** @defaultValue 0.999 */ readonly decay?: number } = {}): Composition => {
  const { decay = 0.999 } = requireKnown("ema", options, ["decay"]);
  check("ema", decayFactor, { decay });
  return averaging("ema", ({ step }) => (step === 0 ? 1 : 1 - decay));
};

/** Keeps the state "average", which moves by the share `weight` of the way to each new iterate. */
const averaging = (name: string, weight: Rate): Composition => {
  const kept = onStep(name, { average: "theta" }, ({ next, average }) => ({ theta: next, average }));
  return composition("after", (rule) => ({ ...kept(rule), average: { state: "average", weight } }));
};
