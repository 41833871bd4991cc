import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { madeOf, type Rate, rateAt, type Schedule, type Time } from "../rule.js";
import { checkDuration, type Duration, stepsOf } from "./duration.js";

/** The product of two rates. */
export const scaleRate = (rate: Rate, factor: Rate): Schedule =>
  madeOf((time) => rateAt(rate, time) * rateAt(factor, time), rate, factor);

export interface Phase {
  readonly rate: Rate;
  /** How long the phase lasts; the last one has none and takes what is left. */
  readonly lasts?: Duration;
}

/**
 * Schedules one after the other. Each sees time as if training began and ended with its phase, so that a `cosineDecay` in the
 * last phase falls over what is left.
 *
 * ```ts
 * sequence({ rate: 0.1, lasts: { epochs: 10 } }, { rate: cosineDecay({ initial: 0.1 }) })
 * ```
 *
 * Throws where a phase other than the last has no duration, or the last has one.
 */
export const sequence = (...phases: readonly Phase[]): Schedule => {
  for (const [i, phase] of phases.entries()) requireKnown(`sequence: phase ${i}`, phase, ["rate", "lasts"]);
  const last = phases.at(-1);
  if (last === undefined || last.lasts !== undefined) {
    throw new SteepestError("sequence: the last phase takes what is left; give a phase without `lasts` last");
  }
  const timed = phases.slice(0, -1).map(({ rate, lasts }, i) => {
    if (lasts === undefined) {
      throw new SteepestError(
        `sequence: phase ${i} of ${phases.length} has no \`lasts\`; only the last may go on`,
      );
    }
    checkDuration("sequence", `lasts of phase ${i}`, lasts);
    return { rate, lasts };
  });
  return (time) => {
    let begin = 0;
    for (const { rate, lasts } of timed) {
      const end = begin + Math.round(stepsOf(lasts, time));
      if (time.step < end) return rateAt(rate, within(time, begin, end));
      begin = end;
    }
    return rateAt(last.rate, within(time, begin, time.steps));
  };
};

/** The time as seen by a schedule that runs from step `begin` to step `end`. */
const within = (time: Time, begin: number, end: number): Time => ({
  ...time,
  step: time.step - begin,
  steps: Math.max(0, end - begin),
});

/**
 * A linear rise from near 0 to the initial value of a rate, which then runs over the steps that are left:
 * `rate(0)·(step + 1) / (n + 1)` during the n steps of warm-up.
 *
 * ```ts
 * warmup(cosineDecay({ initial: 0.1 }), { epochs: 5 })
 * ```
 *
 * Throws where the duration is not positive.
 * Source: Goyal et al. 2017, "Accurate, large minibatch SGD".
 */
export const warmup = (rate: Rate, over: Duration): Schedule => {
  checkDuration("warmup", "over", over);
  return madeOf((time) => {
    const n = Math.round(stepsOf(over, time));
    const after = (step: number) => rateAt(rate, within({ ...time, step }, n, time.steps));
    return time.step < n ? (after(n) * (time.step + 1)) / (n + 1) : after(time.step);
  }, rate);
};

/**
 * A schedule that starts anew at regular intervals, as if each were the whole of training.
 *
 * ```ts
 * restart(cosineDecay({ initial: 0.1 }), { epochs: 10 })
 * ```
 *
 * Throws where the interval is not positive.
 * Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts".
 */
export const restart = (schedule: Schedule, every: Duration): Schedule => {
  checkDuration("restart", "every", every);
  return (time) => {
    const steps = Math.max(1, Math.round(stepsOf(every, time)));
    return schedule({ ...time, step: time.step % steps, steps });
  };
};
