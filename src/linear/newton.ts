import { dot, plus } from "../vector.js";

/** A convex function of m numbers, with everything Newton's method asks of it. */
export interface Convex {
  /** f(w) and ∇f(w). */
  evaluate(w: Float64Array): Promise<{ readonly value: number; readonly gradient: Float64Array }>;
  /** ∇²f(w)·v. */
  curvature(w: Float64Array, v: Float64Array): Promise<Float64Array>;
  /** P⁻¹v for a P that resembles the Hessian. */
  precondition(v: Float64Array): Float64Array;
}

export interface Minimum {
  readonly w: Float64Array;
  readonly value: number;
  /** Newton steps taken. */
  readonly iterations: number;
  /** Whether the last Newton step promised less than 10⁻¹⁸ of the value. */
  readonly converged: boolean;
}

/** Relative gain of a Newton step below which f changes by little more than its rounding, and the step is trusted. */
const TRUSTED = 1e-10;

/** Relative gain below which, by superlinear convergence, the point after the step is exact. */
const CONVERGED = 1e-18;

/**
 * Newton's method with the steps p of ∇²f·p = −∇f found by preconditioned conjugate gradients, ever more exactly as the
 * gradient falls, and halved until f falls enough (Armijo). Source: Nocedal and Wright, Numerical Optimization, 7.1.
 */
export const minimise = async (f: Convex, start: Float64Array, maxIterations: number): Promise<Minimum> => {
  let w = start;
  let { value, gradient } = await f.evaluate(w);
  let first: number | undefined;
  for (let iterations = 0; iterations < maxIterations; iterations++) {
    const norm = Math.sqrt(dot(gradient, f.precondition(gradient)));
    first ??= norm;
    if (norm === 0) return { w, value, iterations, converged: true };
    const forcing = Math.min(0.5, Math.sqrt(norm / first));
    const step = await conjugateGradients(f, w, gradient, forcing * norm);
    const slope = dot(gradient, step);
    const gain = -slope / Math.abs(value);
    let t = 1;
    let at = plus(w, step, t);
    let next = await f.evaluate(at);
    while (gain > TRUSTED && !(next.value <= value + 1e-4 * t * slope) && t > 1e-10) {
      t /= 2;
      at = plus(w, step, t);
      next = await f.evaluate(at);
    }
    w = at;
    ({ value, gradient } = next);
    if (gain <= CONVERGED) return { w, value, iterations: iterations + 1, converged: true };
  }
  return { w, value, iterations: maxIterations, converged: false };
};

/** p with ∇²f(w)·p = −gradient, to a residual of `tolerance` in the norm of P⁻¹. */
const conjugateGradients = async (
  f: Convex,
  w: Float64Array,
  gradient: Float64Array,
  tolerance: number,
): Promise<Float64Array> => {
  let p: Float64Array = new Float64Array(w.length);
  let residual: Float64Array = gradient.map((g) => -g);
  let z = f.precondition(residual);
  let direction = z;
  let rz = dot(residual, z);
  for (let k = 0; k < 10 * w.length + 100 && Math.sqrt(rz) > tolerance; k++) {
    const Hd = await f.curvature(w, direction);
    const bend = dot(direction, Hd);
    if (!(bend > 0)) break;
    p = plus(p, direction, rz / bend);
    residual = plus(residual, Hd, -rz / bend);
    z = f.precondition(residual);
    const next = dot(residual, z);
    direction = plus(z, direction, next / rz);
    rz = next;
  }
  return p.some((x) => x !== 0) ? p : f.precondition(gradient).map((x) => -x);
};
