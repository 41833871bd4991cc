import { check, notNegative, type Range } from "../check.js";
import { SteepestError } from "../errors.js";
import { madeOf, type Rate, type Time } from "./rule.js";

/** The rate itself, checked: a number at once, a schedule each time that it is evaluated. */
export const checkedRate = (where: string, name: string, rate: Rate, range: Range = notNegative): Rate => {
  if (typeof rate === "number") {
    check(where, range, { [name]: rate });
    return rate;
  }
  if (typeof rate !== "function") {
    throw new SteepestError(
      `${where}: ${name} is ${JSON.stringify(rate)}; expected ${range.expected}, or a schedule that gives one`,
    );
  }
  const checked = (time: Time): number => {
    const value = rate(time);
    if (!range.holds(value)) {
      throw new SteepestError(
        `${where}: ${name} is ${value} at step ${time.step}; its schedule must give ${range.expected}`,
      );
    }
    return value;
  };
  return madeOf(checked, rate);
};
