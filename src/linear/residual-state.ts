import { missing } from "../missing.js";
import { dot } from "../vector.js";
import type { Centred } from "./centre.js";
import { multiply } from "./cholesky.js";
import { normalEquations } from "./gram.js";
import { featuresOf, targetsOf, withTarget } from "./rows.js";

/**
 * The residual r = y − Xw of centred examples while w changes, in whichever form is cheaper: as X'r (d numbers, one
 * step in O(d) through X'X) where there are at least as many examples as features, else as r itself (O(n) a step).
 */
export interface ResidualState {
  readonly d: number;
  /** ‖y‖². */
  readonly targetSquare: number;
  /** ‖X_j‖² of every feature. */
  readonly squares: Float64Array;
  /** X_j'r. */
  correlation(j: number): number;
  /** Follows w_j ← w_j + delta. */
  move(j: number, delta: number): void;
  /** Follows w ← the weights given, free of the rounding of many moves. */
  set(weights: Float64Array): void;
  /** ‖r‖². */
  square(): number;
  /** r'y. */
  alongTarget(): number;
  /** X'X·v. */
  gramTimes(v: Float64Array): Float64Array;
}

/** The state for w = 0. */
export const residualState = async (centred: Centred): Promise<ResidualState> =>
  centred.d <= centred.n ? gramState(centred) : columnState(centred);

/** r ← r + scale·v. */
const addScaled = (r: Float64Array, scale: number, v: Float64Array): void => {
  for (let i = 0; i < r.length; i++) r[i] = (r[i] ?? missing()) + scale * (v[i] ?? missing());
};

const gramState = async (centred: Centred): Promise<ResidualState> => {
  const { G, b, yy } = await normalEquations(withTarget(centred));
  const { d } = centred;
  const columns = Array.from({ length: d }, (_, j) => G.subarray(j * d, (j + 1) * d));
  const w = new Float64Array(d);
  const correlations = b.slice();
  return {
    d,
    targetSquare: yy,
    squares: Float64Array.from(columns, (column, j) => column[j] ?? missing()),
    correlation: (j) => correlations[j] ?? missing(),
    move: (j, delta) => {
      w[j] = (w[j] ?? missing()) + delta;
      addScaled(correlations, -delta, columns[j] ?? b);
    },
    set: (weights) => {
      w.set(weights);
      correlations.set(b);
      addScaled(correlations, -1, multiply(G, w));
    },
    square: () => Math.max(yy - dot(b, w) - dot(correlations, w), 0),
    alongTarget: () => yy - dot(b, w),
    gramTimes: (v) => multiply(G, v),
  };
};

const columnState = (centred: Centred): ResidualState => {
  const { n, d } = centred;
  const columns = featuresOf(centred);
  const target = targetsOf(centred);
  const r = target.slice();
  const combine = (into: Float64Array, v: Float64Array, sign: number) => {
    columns.forEach((column, j) => {
      const vj = v[j] ?? missing();
      if (vj !== 0) addScaled(into, sign * vj, column);
    });
    return into;
  };
  return {
    d,
    targetSquare: dot(target, target),
    squares: Float64Array.from(columns, (column) => dot(column, column)),
    correlation: (j) => dot(columns[j] ?? r, r),
    move: (j, delta) => addScaled(r, -delta, columns[j] ?? r),
    set: (weights) => {
      r.set(target);
      combine(r, weights, -1);
    },
    square: () => dot(r, r),
    alongTarget: () => dot(r, target),
    gramTimes: (v) => {
      const Xv = combine(new Float64Array(n), v, 1);
      return Float64Array.from(columns, (column) => dot(column, Xv));
    },
  };
};
