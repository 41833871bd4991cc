import { SteepestError } from "../errors.js";
import { requireFloat64 } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { dot, minus, norm, plus, squaredNorm } from "../vector.js";
import type { Minimum } from "./minimisers.js";
import type { Objective } from "./objective.js";
import { type Rounding, weighted } from "./rounding.js";

/** The point that a run is measured against. */
export interface Reference {
  readonly w: Float64Array;
  /** `f(w*)`. */
  readonly value: number;
  /** `‖∇f(w*)‖`: 0 but for rounding. */
  readonly gradientNorm: number;
  /** What is known about the point, where it came with its minimum. */
  readonly known?: Pick<Minimum, "valueError" | "distance">;
}

/** What happened in a run of gradient descent; entry t of each series belongs to w_t, t = 0 … steps. */
export interface DescentRun {
  readonly name: string;
  readonly eta: number;
  readonly rounding: Rounding;
  /** Updates made. */
  readonly steps: number;
  /** All steps made; gradient below the tolerance; or the next value or gradient was not finite, which is not recorded. */
  readonly stopped: "steps" | "tolerance" | "diverged";
  /** `f(w_t)`. */
  readonly values: Float64Array;
  /** `‖∇f(w_t)‖²`. */
  readonly squaredGradients: Float64Array;
  /** `‖w_t‖`. */
  readonly norms: Float64Array;
  /** `Σⱼ scalesⱼ·|w_tⱼ|`, see `Rounding.scales`. */
  readonly weighted: Float64Array;
  /** Some of the iterates, from w_0 to the last: where an estimate of L should look as well. */
  readonly visited: readonly Float64Array[];
  readonly w0: Float64Array;
  /** The last iterate. */
  readonly w: Float64Array;
  /** Present where a minimiser was given. */
  readonly reference?: Reference;
  /** `‖w_t - w*‖²`; present where a minimiser was given. */
  readonly squaredDistances?: Float64Array;
  /** `‖w_{t-1} - w*‖² - ‖w_t - w*‖²` for t >= 1, computed as a product, in which nothing cancels; entry 0 is 0. */
  readonly approaches?: Float64Array;
}

export interface DescendOptions {
  /** @defaultValue the origin */
  readonly w0?: Float64Array;
  readonly eta: number;
  readonly steps: number;
  /** Stop when `‖∇f(w_t)‖ <= tolerance · ‖∇f(w_0)‖`. @defaultValue 0 */
  readonly tolerance?: number;
  /** w*, to measure distances and suboptimality against: a point, or what `leastSquaresMinimum` knows about it. */
  readonly minimiser?: Float64Array | Minimum;
  /** Ends the run before its next step by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Iterates kept: those at 0 and about as many more, at steps 1, 2, 4, 8, … */
const isKept = (t: number) => t === 0 || Number.isInteger(Math.log2(t));

/**
 * Gradient descent `w_{t+1} = w_t - eta·∇f(w_t)` in float64, recorded. Ends early when it diverges.
 * Throws where eta or steps is not positive, f is not finite at w0 or w*, or the signal is aborted.
 *
 * Source: the lecture, "GD for Convex Functions".
 */
export const descend = async (objective: Objective, options: DescendOptions): Promise<DescentRun> => {
  const {
    w0 = new Float64Array(objective.dimension),
    eta,
    steps,
    tolerance = 0,
    minimiser,
    signal,
  } = requireKnown("descend", options, ["w0", "eta", "steps", "tolerance", "minimiser", "signal"]);
  if (!(eta > 0 && eta < Infinity)) throw new SteepestError(`descend: eta is ${eta}; give a positive number`);
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new SteepestError(`descend: steps is ${steps}; give a whole number >= 1`);
  }
  if (!(tolerance >= 0)) throw new SteepestError(`descend: tolerance is ${tolerance}; give a number >= 0`);
  requireFloat64("descend: w0", w0);
  const reference = minimiser === undefined ? undefined : await referenceAt(objective, minimiser);

  const values: number[] = [];
  const squaredGradients: number[] = [];
  const norms: number[] = [];
  const weightedSizes: number[] = [];
  const squaredDistances: number[] = [];
  const approaches: number[] = [];
  const visited: Float64Array[] = [];
  let w = w0;
  let stopped: DescentRun["stopped"] = "steps";
  for (let next = w0, t = 0; t <= steps; t++) {
    signal?.throwIfAborted();
    const { value, gradient } = await objective.valueAndGradient(next);
    const squaredGradient = squaredNorm(gradient);
    if (!Number.isFinite(value) || !Number.isFinite(squaredGradient)) {
      if (t === 0)
        throw new SteepestError(
          `descend: at w0 f of "${objective.name}" is ${value} and its squared gradient ${squaredGradient}; start elsewhere, or scale the data`,
        );
      stopped = "diverged";
      break;
    }
    const before = w;
    w = next;
    if (isKept(t)) visited.push(w);
    values.push(value);
    squaredGradients.push(squaredGradient);
    norms.push(norm(w));
    weightedSizes.push(weighted(objective.rounding, w));
    if (reference !== undefined) {
      const away = minus(w, reference.w);
      squaredDistances.push(squaredNorm(away));
      approaches.push(dot(minus(before, w), plus(away, minus(before, reference.w))));
    }
    if (tolerance > 0 && squaredGradient <= tolerance ** 2 * (squaredGradients[0] ?? missing())) {
      stopped = "tolerance";
      break;
    }
    next = plus(w, gradient, -eta);
  }
  return {
    name: objective.name,
    eta,
    rounding: objective.rounding,
    steps: values.length - 1,
    stopped,
    values: Float64Array.from(values),
    squaredGradients: Float64Array.from(squaredGradients),
    norms: Float64Array.from(norms),
    weighted: Float64Array.from(weightedSizes),
    visited: visited.at(-1) === w ? visited : [...visited, w],
    w0,
    w,
    ...(reference === undefined
      ? {}
      : {
          reference,
          squaredDistances: Float64Array.from(squaredDistances),
          approaches: Float64Array.from(approaches),
        }),
  };
};

const referenceAt = async (objective: Objective, minimiser: Float64Array | Minimum): Promise<Reference> => {
  const w = "w" in minimiser ? minimiser.w : minimiser;
  requireFloat64("descend: minimiser", w);
  const { value, gradient } = await objective.valueAndGradient(w);
  const gradientNorm = norm(gradient);
  if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) {
    throw new SteepestError(`descend: f of "${objective.name}" is ${value} at the minimiser given`);
  }
  if (!("w" in minimiser)) return { w, value, gradientNorm };
  const { valueError, distance } = minimiser;
  return { w, value: minimiser.value.value, gradientNorm, known: { valueError, distance } };
};
