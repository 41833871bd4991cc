import { check, notNegative, positive } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import type { Schedule, Time } from "../rule.js";

/** A rate that goes by what is measured as training goes on. Whoever trains tells it, and keeps its state in checkpoints. */
export interface MeasuredRate extends Schedule {
  /** Name of the score that it goes by: "loss", "error" or a metric. */
  readonly watch: string;
  /** Takes in a measurement. */
  readonly measured: (value: number) => void;
  /** What its next values depend on, as plain data. */
  readonly state: () => PlateauState;
  /** Puts back what `state` returned. */
  readonly restore: (state: PlateauState) => void;
}

/** What a plateau rate remembers. */
export interface PlateauState {
  readonly rate: number;
  readonly best: number | null;
  /** Measurements since the best one that counted. */
  readonly waited: number;
  /** Measurements before waiting begins again after a reduction. */
  readonly cooling: number;
}

export interface PlateauOptions {
  /** What it goes by: "loss", "error" or the name of a metric; of the validation part, where there is one. @defaultValue "loss" */
  readonly watch?: string;
  /** Whether lower or higher is better. @defaultValue "lower" */
  readonly better?: "lower" | "higher";
  /** What the rate is multiplied with. @defaultValue 0.1 */
  readonly factor?: number;
  /** Measurements without improvement that are waited through; the rate is reduced at the next. @defaultValue 10 */
  readonly patience?: number;
  /** The share of the best by which a measurement must be better to count. @defaultValue 1e-4 */
  readonly threshold?: number;
  /** Measurements after a reduction during which none is waited for. @defaultValue 0 */
  readonly cooldown?: number;
  /** The lowest rate. @defaultValue 0 */
  readonly minimum?: number;
}

/** Steps that a rate is asked for without being told a measurement, after which nobody seems to tell it. */
const mostStepsUntold = 100_000;

/**
 * A rate that is reduced when what is measured no longer improves: by `factor`, once `patience` measurements in a row were not better than
 * the best before them. `fit` tells a rule's learning rate, also within `warmup` and `scaleRate`, at the end of every epoch; in a loop of one's own, tell it by `rate.measured(loss)`.
 * It is one run's: make a new one for each.
 *
 * ```ts
 * const rate = plateau(0.1, { factor: 0.5, patience: 3 });
 * await fit(net, data, { optimizer: momentum({ learningRate: rate }), validation: 0.1 });
 * ```
 *
 * Throws on settings that cannot work, and where it is asked for very many steps and was never told anything.
 * The rule of `ReduceLROnPlateau` in PyTorch.
 */
export const plateau = (initial: number, options: PlateauOptions = {}): MeasuredRate => {
  const {
    watch = "loss",
    better = "lower",
    factor = 0.1,
    patience = 10,
    threshold = 1e-4,
    cooldown = 0,
    minimum = 0,
  } = requireKnown("plateau", options, [
    "watch",
    "better",
    "factor",
    "patience",
    "threshold",
    "cooldown",
    "minimum",
  ]);
  check("plateau", positive, { initial });
  check("plateau", notNegative, { patience, threshold, cooldown, minimum });
  if (!(factor > 0 && factor < 1)) {
    throw new SteepestError(`plateau: factor is ${factor}; give a number between 0 and 1`);
  }
  let state: PlateauState = { rate: initial, best: null, waited: 0, cooling: 0 };
  let told = false;
  const improves = (value: number, best: number): boolean =>
    better === "lower"
      ? value < best - threshold * Math.abs(best)
      : value > best + threshold * Math.abs(best);
  const measured = (value: number): void => {
    told = true;
    const improved = state.best === null || improves(value, state.best);
    const cooling = Math.max(0, state.cooling - 1);
    const waited = improved || state.cooling > 0 ? 0 : state.waited + 1;
    const best = improved ? value : state.best;
    state =
      waited > patience
        ? { rate: Math.max(minimum, state.rate * factor), best, waited: 0, cooling: cooldown }
        : { rate: state.rate, best, waited, cooling };
  };
  const rate = ({ step }: Time): number => {
    if (!told && step > mostStepsUntold) {
      throw new SteepestError(
        `plateau: no measurement reached it in ${step} steps; it must be the learning rate of a rule, or be told by rate.measured(loss)`,
      );
    }
    return state.rate;
  };
  const goesBy: MeasuredRate[] = [];
  const whole: MeasuredRate = Object.assign(rate, {
    watch,
    measured,
    goesBy,
    state: () => state,
    restore: (saved: PlateauState) => {
      state = saved;
      told = saved.best !== null;
    },
  });
  goesBy.push(whole);
  return whole;
};
