import type { Comparison, InequalityName } from "./inequalities.js";
import type { Constant } from "./objective.js";

/** An inequality at the first step where it fails. */
export interface Violation extends Comparison {
  readonly inequality: InequalityName;
  /** The step: t for the update from w_{t-1} to w_t. */
  readonly step: number;
}

/** How one inequality fared along a run. */
export interface InequalityReport {
  readonly inequality: InequalityName;
  readonly formula: string;
  /** Steps at which it was checked. */
  readonly checked: number;
  /** Steps at which it failed by more than rounding. */
  readonly violations: number;
  /** Steps at which rounding is larger than what is compared, so that float64 cannot decide. */
  readonly undecided: number;
  readonly first?: Violation;
}

export interface Certificate {
  readonly L: Constant;
  readonly mu: Constant;
  /** `eta · L`: the theory asks for at most 1. */
  readonly etaTimesL: number;
  /** Whether `eta <= 1/L`, so that the inequalities are theorems; "unknown" where L is an estimate, which is too small. */
  readonly promised: boolean | "unknown";
  /** "undecided" where an inequality could be decided at no step. */
  readonly outcome: "held" | "violated" | "undecided";
  /** Whether the outcome is "held". */
  readonly holds: boolean;
  readonly inequalities: readonly InequalityReport[];
  /** The failure at the smallest step. */
  readonly firstViolation?: Violation;
  /** The least L that the run's own values allow, and the step that asks for it: above `L` where L is too small. */
  readonly needed: { readonly L: number; readonly step: number };
  /** What was found, in sentences. */
  readonly verdict: readonly string[];
}
