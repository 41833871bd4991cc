import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { lineThrough } from "../statistics.js";
import type { DescentRun } from "./descend.js";

const measured = (run: DescentRun) => {
  const { reference, squaredDistances, values } = run;
  if (reference === undefined || squaredDistances === undefined) {
    throw new SteepestError("the run has no minimiser to measure against; give descend one");
  }
  return {
    gap: values.map((value) => value - reference.value),
    squaredDistance: squaredDistances[0] ?? missing(),
  };
};

/** `f(w_t) - f(w*)` for t = 0 … steps. Throws where the run has no minimiser. */
export const suboptimality = (run: DescentRun): Float64Array => measured(run).gap;

/** `‖w_0 - w*‖²/(2·eta·t)`: the suboptimality that theory allows at step t; infinite at t = 0. */
export const rateBound = (run: DescentRun, t: number): number =>
  measured(run).squaredDistance / (2 * run.eta * t);

/** `(1 - eta·mu)^t · (f(w_0) - f(w*))`: what it allows for mu > 0. */
export const linearBound = (run: DescentRun, mu: number, t: number): number =>
  Math.max(0, 1 - run.eta * mu) ** t * (measured(run).gap[0] ?? missing());

/** Steps needed to come within epsilon of the minimum. */
export interface IterationsNeeded {
  readonly epsilon: number;
  /** The first t with `f(w_t) - f(w*) <= epsilon`, if the run got there. */
  readonly measured?: number;
  /** `⌈‖w_0 - w*‖²/(2·eta·epsilon)⌉`, which is `L‖w_0 - w*‖²/(2·epsilon)` for eta = 1/L. */
  readonly bound: number;
  /** `⌈log((f(w_0) - f(w*))/epsilon)/-log(1 - eta·mu)⌉`; present where mu > 0. */
  readonly linearBound?: number;
}

/**
 * Steps a run needed to reach `f(w_t) - f(w*) <= epsilon`, beside the theory's bounds.
 * Throws where the run has no minimiser or epsilon is not positive.
 */
export const iterationsTo = (run: DescentRun, epsilon: number, mu = 0): IterationsNeeded => {
  if (!(epsilon > 0)) throw new SteepestError(`iterationsTo: epsilon is ${epsilon}; give a positive number`);
  const { gap, squaredDistance } = measured(run);
  const first = gap.findIndex((g) => g <= epsilon);
  const reduction = Math.log(Math.max(1, (gap[0] ?? missing()) / epsilon));
  return {
    epsilon,
    ...(first < 0 ? {} : { measured: first }),
    bound: Math.ceil(squaredDistance / (2 * run.eta * epsilon)),
    ...(mu > 0
      ? {
          linearBound: Math.ceil(
            Math.max(reduction > 0 ? 1 : 0, reduction / -Math.log1p(-Math.min(1, run.eta * mu))),
          ),
        }
      : {}),
  };
};

/** The measured speed of a run. */
export interface MeasuredRate {
  /** p of `f(w_t) - f(w*) ~ t^p`, the slope in a log-log plot: -1 is the O(1/T) bound's. */
  readonly exponent: number;
  /** q of `f(w_t) - f(w*) ~ q^t`, from the slope in a semi-log plot: at most 1 - eta·mu if the linear rate holds. */
  readonly factor: number;
  /** The law that leaves less of the variance. */
  readonly law: "power" | "geometric";
  /** The steps that were fitted. */
  readonly from: number;
  readonly to: number;
}

/**
 * Fits both laws to the second half of a run, before the suboptimality reaches 1e-10 of its first value, where rounding takes over.
 * Undefined where fewer than 4 steps remain. Throws where the run has no minimiser.
 */
export const measuredRate = (run: DescentRun): MeasuredRate | undefined => {
  const { gap } = measured(run);
  const end = gap.findIndex((g) => !(g > 1e-10 * (gap[0] ?? missing())));
  const to = (end < 0 ? gap.length : end) - 1;
  const from = Math.max(1, Math.ceil(to / 2));
  if (to - from < 3) return undefined;
  const times = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const logs = times.map((t) => Math.log(gap[t] ?? missing()));
  const power = lineThrough(times.map(Math.log), logs);
  const geometric = lineThrough(times, logs);
  return {
    exponent: power.slope,
    factor: Math.exp(geometric.slope),
    law: power.unexplained < geometric.unexplained ? "power" : "geometric",
    from,
    to,
  };
};
