import { SteepestError } from "../errors.js";
import type { Time } from "../optim/rule.js";

/** How long training is meant to be, where that is known: schedules may go by it. */
export interface Plan {
  /** Updates in all. */
  readonly steps?: number;
  /** Updates in one pass over the data. */
  readonly stepsPerEpoch?: number;
}

const unplanned = (what: keyof Plan): never => {
  throw new SteepestError(
    `a schedule goes by how many ${what === "steps" ? "steps are made in all" : "steps make an epoch"}, which is not known; say it: createTrainer(net, { ${what}: … })`,
  );
};

/** The time of the update that comes after `step` others. Asking it what is not planned throws. */
export const timeAt = (step: number, { steps, stepsPerEpoch }: Plan): Time =>
  steps !== undefined && stepsPerEpoch !== undefined
    ? { step, steps, stepsPerEpoch }
    : {
        step,
        get steps() {
          return steps ?? unplanned("steps");
        },
        get stepsPerEpoch() {
          return stepsPerEpoch ?? unplanned("stepsPerEpoch");
        },
      };
