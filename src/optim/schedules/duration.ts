import { check, positive } from "../../check.js";
import { refuseUnknown } from "../../options.js";
import type { Time } from "../rule.js";

/** A stretch of training: a number of updates, of passes over the training data, or a share of the whole. */
export type Duration = number | { readonly epochs: number } | { readonly fraction: number };

/** A duration in updates; not always a whole number. */
export const stepsOf = (duration: Duration, time: Time): number => {
  if (typeof duration === "number") return duration;
  return "epochs" in duration ? duration.epochs * time.stepsPerEpoch : duration.fraction * time.steps;
};

/** How many times a duration has passed: 0 at the first step. */
export const elapsed = (time: Time, duration: Duration): number =>
  time.step === 0 ? 0 : time.step / stepsOf(duration, time);

/** Throws unless a duration, of whatever unit, lies in the range. `where` names the function that it was given to. */
export const checkDuration = (where: string, name: string, duration: Duration, range = positive): void => {
  if (typeof duration === "number") check(where, range, { [name]: duration });
  else {
    refuseUnknown(`${where}: ${name}`, duration, ["epochs", "fraction"]);
    if ("epochs" in duration) check(where, range, { [`${name}.epochs`]: duration.epochs });
    else check(where, range, { [`${name}.fraction`]: duration.fraction });
  }
};
