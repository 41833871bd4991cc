import { check, notNegative } from "../check.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";

/** Throws where the numbers are in a list, which would be sorted as texts, or in nothing that can be changed in place. */
const checkArray = (where: string, x: unknown): void => {
  if (!ArrayBuffer.isView(x)) {
    throw new SteepestError(`${where}: expected a Float32Array or Float64Array, got ${givenText(x)}`);
  }
};

/**
 * The nearest point with ‖x‖₁ ≤ radius, in place: `xᵢ ← sign(xᵢ)·max(|xᵢ| - θ, 0)` with the θ for which the sum is the radius.
 * Exact up to rounding (sums in float64). O(d log d) at worst, O(d) where few numbers survive: only magnitudes above
 * `(‖x‖₁ - radius)/d`, which θ is never below, are sorted. Duchi, Shalev-Shwartz, Singer & Chandra 2008, figure 1.
 *
 * Throws where the radius is negative.
 */
export const projectOntoL1Ball = (x: Float32Array | Float64Array, radius: number): void => {
  checkArray("projectOntoL1Ball", x);
  check("projectOntoL1Ball", notNegative, { radius });
  if (radius === 0) return void x.fill(0);
  let norm = 0;
  for (let i = 0; i < x.length; i++) norm += Math.abs(x[i] ?? missing());
  if (!(norm > radius)) return;
  const least = (norm - radius) / x.length;
  const candidates = x
    .map(Math.abs)
    .filter((magnitude) => magnitude > least)
    .sort();
  let theta = least;
  let sum = 0;
  for (let count = 1; count <= candidates.length; count++) {
    const magnitude = candidates[candidates.length - count] ?? missing();
    sum += magnitude;
    const shift = (sum - radius) / count;
    if (magnitude <= shift) break;
    theta = shift;
  }
  for (let i = 0; i < x.length; i++) {
    const value = x[i] ?? missing();
    x[i] = Math.sign(value) * Math.max(Math.abs(value) - theta, 0);
  }
};

/** The nearest point with ‖x‖₂ ≤ radius, in place: `x ← x·min(1, radius/‖x‖₂)`. Throws where the radius is negative. */
export const projectOntoL2Ball = (x: Float32Array | Float64Array, radius: number): void => {
  checkArray("projectOntoL2Ball", x);
  check("projectOntoL2Ball", notNegative, { radius });
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] ?? missing()) ** 2;
  if (!(squares > radius * radius)) return;
  const factor = radius / Math.sqrt(squares);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? missing()) * factor;
};
