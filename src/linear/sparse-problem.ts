import type { ResidualState } from "./residual-state.js";

/** ‖Xw − y‖² + l1·‖w‖₁ + l2·‖w‖², with the residual kept in `state`. */
export interface SparseProblem {
  readonly state: ResidualState;
  readonly l1: number;
  readonly l2: number;
}

/** When a solver stops. */
export interface SparseLimits {
  /** Stops when the duality gap is at most this times ‖y‖², and the last pass moved the fit by no more than 10⁻⁹·‖y‖. */
  readonly tolerance: number;
  /** Largest number of passes over all features. */
  readonly maxIterations: number;
}

/** What a solver found. */
export interface SparseSolution {
  readonly weights: Float64Array;
  /** Passes over all features. */
  readonly iterations: number;
  /** How far the objective can be from its minimum. */
  readonly gap: number;
  /** Whether it stopped because the gap was small, not because of `maxIterations`. */
  readonly converged: boolean;
}

/** Near the minimum the gap is quadratic in the error of the weights, so that it alone would leave half of the digits. */
const STEADY = 1e-9;

/** Whether a solver may stop: `change` is how far, as ‖X·Δw‖, the last pass moved. */
export const isConverged = (
  { state }: SparseProblem,
  { tolerance }: SparseLimits,
  gap: number,
  change: number,
): boolean => gap <= tolerance * state.targetSquare && change <= STEADY * Math.sqrt(state.targetSquare);

/** The proximal operator of t·|·|: sign(z)·max(|z| − t, 0), which gives exact zeros. */
export const softThreshold = (z: number, t: number): number => (z > t ? z - t : z < -t ? z + t : 0);

/**
 * The duality gap of the weights that `state` holds. With X̃ = [X; √l2·I], ỹ = [y; 0] and r̃ = ỹ − X̃w the objective is
 * ‖r̃‖² + l1·‖w‖₁, and 2u'ỹ − ‖u‖² bounds its minimum from below for every u with 2|X̃'u|∞ ≤ l1; u = s·r̃ with
 * the largest such s ≤ 1 is taken (Kim, Koh, Lustig, Boyd and Gorinevsky 2007).
 */
export const dualityGap = ({ state, l1, l2 }: SparseProblem, weights: Float64Array): number => {
  let largest = 0;
  let absolute = 0;
  let square = 0;
  weights.forEach((w, j) => {
    largest = Math.max(largest, Math.abs(state.correlation(j) - l2 * w));
    absolute += Math.abs(w);
    square += w * w;
  });
  const rr = state.square() + l2 * square;
  const s = Math.min(1, l1 / (2 * largest));
  return rr + l1 * absolute - s * (2 * state.alongTarget() - s * rr);
};
