import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { Objective } from "./objective.js";
import type { Rounding } from "./rounding.js";
import { minus, norm, plus, squaredNorm } from "./vector.js";

/** The point that a run is measured against. */
export interface Reference {
  readonly w: Float64Array;
  /** `f(w*)`. */
  readonly value: number;
  /** `‖∇f(w*)‖`: 0 but for rounding. */
  readonly gradientNorm: number;
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
  readonly w0: Float64Array;
  /** The last iterate. */
  readonly w: Float64Array;
  /** Present where a minimiser was given. */
  readonly reference?: Reference;
  /** `‖w_t - w*‖²`; present where a minimiser was given. */
  readonly squaredDistances?: Float64Array;
}

export interface DescendOptions {
  /** The origin by default. */
  readonly w0?: Float64Array;
  readonly eta: number;
  readonly steps: number;
  /** Stop when `‖∇f(w_t)‖ <= tolerance · ‖∇f(w_0)‖`; 0 by default. */
  readonly tolerance?: number;
  /** w*, to measure distances and suboptimality against. */
  readonly minimiser?: Float64Array;
}

/**
 * Gradient descent `w_{t+1} = w_t - eta·∇f(w_t)` in float64, recorded. Ends early when it diverges.
 * Throws where eta or steps is not positive, or f is not finite at w0 or w*.
 *
 * Source: the lecture, "GD for Convex Functions".
 */
export const descend = async (
  objective: Objective,
  { w0 = new Float64Array(objective.dimension), eta, steps, tolerance = 0, minimiser }: DescendOptions,
): Promise<DescentRun> => {
  if (!(eta > 0 && eta < Infinity)) throw new SteepestError(`descend: eta is ${eta}; give a positive number`);
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new SteepestError(`descend: steps is ${steps}; give a whole number >= 1`);
  }
  if (!(tolerance >= 0)) throw new SteepestError(`descend: tolerance is ${tolerance}; give a number >= 0`);
  const reference = minimiser === undefined ? undefined : await referenceAt(objective, minimiser);

  const values: number[] = [];
  const squaredGradients: number[] = [];
  const norms: number[] = [];
  const squaredDistances: number[] = [];
  let w = w0;
  let stopped: DescentRun["stopped"] = "steps";
  for (let next = w0, t = 0; t <= steps; t++) {
    const { value, gradient } = await objective.valueAndGradient(next);
    const squaredGradient = squaredNorm(gradient);
    if (!Number.isFinite(value) || !Number.isFinite(squaredGradient)) {
      if (t === 0)
        throw new SteepestError(`descend: f(w0) of "${objective.name}" is ${value}; start elsewhere`);
      stopped = "diverged";
      break;
    }
    w = next;
    values.push(value);
    squaredGradients.push(squaredGradient);
    norms.push(norm(w));
    if (reference !== undefined) squaredDistances.push(squaredNorm(minus(w, reference.w)));
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
    w0,
    w,
    ...(reference === undefined ? {} : { reference, squaredDistances: Float64Array.from(squaredDistances) }),
  };
};

const referenceAt = async (objective: Objective, w: Float64Array): Promise<Reference> => {
  const { value, gradient } = await objective.valueAndGradient(w);
  const gradientNorm = norm(gradient);
  if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) {
    throw new SteepestError(`descend: f of "${objective.name}" is ${value} at the minimiser given`);
  }
  return { w, value, gradientNorm };
};
