import { check, notNegative, positive } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Schedule } from "../rule.js";
import { checkDuration, type Duration, elapsed } from "./duration.js";

/**
 * The same value at every step. A number does the same wherever a rate is expected.
 *
 * Throws where the value is negative or not finite.
 */
export const constantRate = (value: number): Schedule => {
  check("constantRate", notNegative, { value });
  return () => value;
};

export interface FactorOptions {
  readonly initial: number;
  /** What the rate is multiplied by per `every`. @defaultValue 0.1 for `stepDecay`, 0.95 for `exponentialDecay` */
  readonly factor?: number;
  /** @defaultValue 10 epochs for `stepDecay`, one for `exponentialDecay` */
  readonly every?: Duration;
}

/**
 * Drops by a factor at regular intervals: `initial·factor^⌊step / every⌋`.
 *
 * Throws where initial is negative, or factor or every not positive.
 * Source: He et al. 2016, which divides by 10 each time the error stops falling.
 */
export const stepDecay = (options: FactorOptions): Schedule => {
  const {
    initial,
    factor = 0.1,
    every = { epochs: 10 },
  } = requireKnown("stepDecay", options, ["initial", "factor", "every"]);
  check("stepDecay", notNegative, { initial });
  check("stepDecay", positive, { factor });
  checkDuration("stepDecay", "every", every);
  return (time) => initial * factor ** Math.floor(elapsed(time, every));
};

/**
 * Falls by a factor per interval, a little at every step: `initial·factor^(step / every)`.
 *
 * Throws where initial is negative, or factor or every not positive.
 */
export const exponentialDecay = (options: FactorOptions): Schedule => {
  const {
    initial,
    factor = 0.95,
    every = { epochs: 1 },
  } = requireKnown("exponentialDecay", options, ["initial", "factor", "every"]);
  check("exponentialDecay", notNegative, { initial });
  check("exponentialDecay", positive, { factor });
  checkDuration("exponentialDecay", "every", every);
  return (time) => initial * factor ** elapsed(time, every);
};

export interface DecayOptions {
  readonly initial: number;
  /** Where it ends, as a fraction of `initial`. @defaultValue 0 */
  readonly final?: number;
  /** How long it takes; the rate stays at its end from then on. @defaultValue all of training */
  readonly over?: Duration;
}

const decay =
  (name: string, remaining: (progress: number) => number) =>
  (options: DecayOptions): Schedule => {
    const {
      initial,
      final = 0,
      over = { fraction: 1 },
    } = requireKnown(name, options, ["initial", "final", "over"]);
    check(name, notNegative, { initial, final });
    checkDuration(name, "over", over);
    return (time) => initial * (final + (1 - final) * remaining(Math.min(1, elapsed(time, over))));
  };

/**
 * Falls along half a cosine, where p is the share of `over` that has passed:
 *
 *     initial·(final + (1 - final)·½·(1 + cos πp))
 *
 * Throws where initial or final is negative, or over not positive.
 * Source: Loshchilov & Hutter 2017, "SGDR" (with warm restarts: `restart`).
 */
export const cosineDecay = decay("cosineDecay", (p) => (1 + Math.cos(Math.PI * p)) / 2);

/**
 * Falls along a line, where p is the share of `over` that has passed: `initial·(final + (1 - final)·(1 - p))`.
 *
 * Throws where initial or final is negative, or over not positive.
 */
export const linearDecay = decay("linearDecay", (p) => 1 - p);
