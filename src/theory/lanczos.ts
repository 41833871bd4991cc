import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import { allFinite, dot, largestOf, norm, plus, powerBelow, scaled } from "../vector.js";
import { tridiagonalEigenvalues } from "./tridiagonal.js";

/** A symmetric matrix known only by its products with vectors. */
export interface SymmetricOperator {
  readonly dimension: number;
  /** `Av`. */
  readonly apply: (v: Float64Array) => Promise<Float64Array>;
  /** Bound on the rounding error of `apply`, relative to ‖A‖‖v‖. @defaultValue dimension · 2⁻⁵² */
  readonly roundoff?: number;
}

/** An eigenvalue at one end of the spectrum. */
export interface ExtremeEigenvalue {
  readonly value: number;
  /** An eigenvalue lies within `value ± error`: the residual ‖Ax - θx‖ of the Ritz pair, plus the rounding of A's products. */
  readonly error: number;
  /** Whether the residual fell below the tolerance, or the Krylov space became the whole space. */
  readonly converged: boolean;
  /** The unit Ritz vector. */
  readonly vector: () => Float64Array;
}

export interface Spectrum {
  readonly largest: ExtremeEigenvalue;
  readonly smallest: ExtremeEigenvalue;
  /** Products with A. */
  readonly steps: number;
  /** How often the Krylov space was exhausted (an invariant subspace) and a fresh direction was taken. */
  readonly restarts: number;
}

export interface LanczosOptions {
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Stop when the residual is at most `tolerance · |θ|` at two checks in a row. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** Which ends must converge before stopping. @defaultValue "both" */
  readonly ends?: "both" | "largest";
  /** At most this many products. @defaultValue the dimension, at most 1000 */
  readonly maxSteps?: number;
  /** The first direction instead of a random one. */
  readonly start?: Float64Array;
}

/** `v/‖v‖`, divided so that a length of 1e-310, whose inverse is infinite, does no harm. */
const normalised = (v: Float64Array): Float64Array => {
  const length = norm(v);
  return v.map((x) => x / length);
};

/** Products larger than this, or smaller than its inverse, are scaled: near the ends of float64's range numbers lose digits. */
const FAR = 2 ** 800;

/** Removes from w its components along the basis; twice, because once leaves rounding errors behind. */
const orthogonalise = (w: Float64Array, basis: readonly Float64Array[]): void => {
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const overlap = dot(q, w);
      for (let i = 0; i < w.length; i++) w[i] = (w[i] ?? missing()) - overlap * (q[i] ?? missing());
    }
  }
};

/** Ritz values from the tridiagonal matrix, the ends of the spectrum with their residuals β·|last component|. */
const ritzEnds = (alpha: readonly number[], beta: readonly number[], residual: number) => {
  const last = new Float64Array(alpha.length);
  last[alpha.length - 1] = 1;
  const theta = tridiagonalEigenvalues(alpha, beta, [last]);
  const end = (index: number) => ({
    value: theta[index] ?? missing(),
    residual: residual * Math.abs(last[index] ?? missing()),
  });
  return {
    largest: end(theta.indexOf(Math.max(...theta))),
    smallest: end(theta.indexOf(Math.min(...theta))),
  };
};

/** The unit Ritz vector of the largest or smallest Ritz value. */
const ritzVector = (
  alpha: readonly number[],
  beta: readonly number[],
  basis: readonly Float64Array[],
  extreme: (...values: number[]) => number,
): Float64Array => {
  const rows = alpha.map((_, i) => Float64Array.from(alpha, (_, j) => (i === j ? 1 : 0)));
  const theta = tridiagonalEigenvalues(alpha, beta, rows);
  const index = theta.indexOf(extreme(...theta));
  const size = basis[0]?.length ?? missing();
  const x = rows.reduce<Float64Array>(
    (total, row, k) => plus(total, basis[k] ?? total, row[index] ?? missing()),
    new Float64Array(size),
  );
  return normalised(x);
};

/**
 * The largest and the smallest eigenvalue of a symmetric operator by Lanczos' method with full reorthogonalisation. When
 * the Krylov space is exhausted it goes on in a random direction orthogonal to it, so that eigenvectors orthogonal to
 * the start are found too. With as many steps as dimensions every eigenvalue is exact up to rounding.
 * Right at any scale that float64 holds. Throws where the operator returns a number that is not finite.
 *
 * Source: Parlett, The Symmetric Eigenvalue Problem, chapter 13.
 */
export const lanczos = async (
  operator: SymmetricOperator,
  options: LanczosOptions = {},
): Promise<Spectrum> => {
  const {
    seed = 0,
    tolerance = 1e-12,
    ends = "both",
    maxSteps = Math.min(operator.dimension, 1000),
    start,
  } = requireKnown("lanczos", options, ["seed", "tolerance", "ends", "maxSteps", "start"]);
  const { dimension, apply, roundoff = dimension * Number.EPSILON } = operator;
  if (!(Number.isInteger(dimension) && dimension >= 1 && maxSteps >= 1)) {
    throw new SteepestError(`lanczos: dimension ${dimension}, maxSteps ${maxSteps}; give whole numbers >= 1`);
  }
  const stream = random(seed, "lanczos");
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  const freshDirection = (): Float64Array => {
    const q = new Float64Array(dimension);
    stream.fillNormal(q);
    orthogonalise(q, basis);
    return normalised(q);
  };

  const limit = Math.min(maxSteps, dimension);
  let q = start === undefined || norm(start) === 0 ? freshDirection() : normalised(start);
  // A/unit is what is worked with.
  let unit = 1;
  let scale = 0;
  let restarts = 0;
  let check = 20;
  // The second of two close eigenvalues can converge first, where the start happened to have little of the outer one; a
  // fifth more steps bring that one out.
  let settledBefore = false;
  for (let k = 0; ; k++) {
    basis.push(q);
    let w = await apply(scaled(q, 1 / unit));
    const size = largestOf(w);
    if (scale === 0 && (size < 1 / FAR || size > FAR)) {
      unit = powerBelow(size);
      w = await apply(scaled(q, 1 / unit));
    }
    if (!allFinite(w)) {
      throw new SteepestError(`lanczos: product ${k + 1} with the operator holds NaN or infinity`);
    }
    alpha.push(dot(q, w));
    // Against the whole basis, so this also subtracts α q and β times the vector before.
    const rest = Float64Array.from(w);
    orthogonalise(rest, basis);
    const residual = norm(rest);
    scale = Math.max(scale, Math.abs(alpha[k] ?? missing()) + residual);
    const steps = k + 1;
    const complete = steps === dimension;
    const exhausted = residual <= roundoff * scale;

    if (steps === limit || (steps >= check && !exhausted)) {
      const ritz = ritzEnds(alpha, beta, complete ? 0 : residual);
      const finish = (
        { value, residual: bound }: { value: number; residual: number },
        extreme: (...values: number[]) => number,
      ): ExtremeEigenvalue => ({
        value: unit * value,
        error: unit * (bound + roundoff * scale),
        converged: complete || bound <= Math.max(tolerance * Math.abs(value), roundoff * scale),
        vector: () => ritzVector(alpha, beta, basis, extreme),
      });
      const largest = finish(ritz.largest, Math.max);
      const smallest = finish(ritz.smallest, Math.min);
      const settled = largest.converged && (ends === "largest" || smallest.converged);
      if (steps === limit || (settled && settledBefore)) return { largest, smallest, steps, restarts };
      settledBefore = settled;
      check = Math.ceil(1.2 * steps);
    }

    if (exhausted) {
      beta.push(0);
      q = freshDirection();
      restarts += 1;
      // A new direction has to build up its own Krylov space before residuals mean anything.
      check = Math.max(check, steps + 20);
    } else {
      beta.push(residual);
      q = normalised(rest);
    }
  }
};
