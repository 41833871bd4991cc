import { missing } from "../missing.js";
import { random } from "../random/random.js";
import { norm } from "../vector.js";

/** The largest eigenvalue that power iteration found, and how far it may be from an eigenvalue: ‖Av − value·v‖. */
export interface PowerIteration {
  readonly value: number;
  readonly residual: number;
}

/**
 * Power iteration v ← Av/‖Av‖ from a fixed random start, for a symmetric positive semidefinite A of size m given as a
 * function; stops when the residual falls below 10⁻³ of the value. The value is v'Av, a lower bound of λ_max.
 */
export const powerIteration = (
  apply: (v: Float64Array) => Float64Array,
  m: number,
  { tolerance = 1e-3, iterations = 100 } = {},
): PowerIteration => {
  let v = new Float64Array(m);
  random(0, "power iteration").fillNormal(v);
  let found = { value: 0, residual: 0 };
  for (let k = 0; k < iterations; k++) {
    const length = norm(v);
    if (length === 0) break;
    const unit = v.map((x) => x / length);
    v = Float64Array.from(apply(unit));
    const value = v.reduce((sum, x, i) => sum + x * (unit[i] ?? missing()), 0);
    found = { value, residual: norm(v.map((x, i) => x - value * (unit[i] ?? missing()))) };
    if (found.residual <= tolerance * value) break;
  }
  return found;
};
