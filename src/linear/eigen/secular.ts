import { missing } from "../../missing.js";

/** An eigenvalue as its distance from one of the poles: d[origin] + tau. */
export interface Root {
  readonly origin: number;
  readonly tau: number;
}

/** The secular function and its parts at a point, of the poles up to number i (psi) and beyond (phi), with derivatives. */
export interface Parts {
  readonly psi: number;
  readonly dPsi: number;
  readonly phi: number;
  readonly dPhi: number;
}

const partsAt = (d: Float64Array, weights: Float64Array, i: number, shift: number, tau: number): Parts => {
  let [psi, dPsi, phi, dPhi] = [0, 0, 0, 0];
  for (let k = 0; k < d.length; k++) {
    const distance = (d[k] ?? missing()) - shift - tau;
    const term = (weights[k] ?? missing()) / distance;
    if (k <= i) {
      psi += term;
      dPsi += term / distance;
    } else {
      phi += term;
      dPhi += term / distance;
    }
  }
  return { psi, dPsi, phi, dPhi };
};

/** Where the secular function, with its parts replaced by one pole each that agree in value and slope, is zero: the step to it. */
export const rationalStep = ({ psi, dPsi, phi, dPhi }: Parts, a: number, b: number | undefined): number => {
  const f = 1 + psi + phi;
  if (b === undefined) {
    const c = f - dPsi * a;
    return a + (dPsi * a * a) / c;
  }
  const c = f - dPsi * a - dPhi * b;
  const B = (a + b) * f - a * b * (dPsi + dPhi);
  const C = a * b * f;
  const root = Math.sqrt(Math.max(0, B * B - 4 * c * C));
  return B <= 0 ? (B - root) / (2 * c) : (2 * C) / (B + root);
};

const LIMIT = 100;

/**
 * Root number i of f(λ) = 1 + Σ weights_k/(d_k − λ), which lies between d_i and d_{i+1} (the last one behind d_i), for increasing d and
 * positive weights. It is found as a distance from the nearer pole, so that the differences d_k − λ, of which eigenvectors are made, keep
 * their digits.
 *
 * Sources: Bunch, Nielsen & Sorensen 1978; Li, LAPACK Working Note 89 (the steps).
 */
export const secularRoot = (d: Float64Array, weights: Float64Array, i: number): Root => {
  const left = d[i] ?? missing();
  const right = d[i + 1];
  const width = right === undefined ? weights.reduce((a, b) => a + b, 0) : right - left;
  const middle = partsAt(d, weights, i, left, width / 2);
  const inLeftHalf = 1 + middle.psi + middle.phi >= 0;
  const origin = right === undefined || inLeftHalf ? i : i + 1;
  const shift = d[origin] ?? missing();
  const start = left - shift;
  let low = inLeftHalf ? start : start + width / 2;
  let high = inLeftHalf ? start + width / 2 : start + width;
  let tau = (low + high) / 2;
  for (let step = 0; step < LIMIT; step++) {
    const parts = partsAt(d, weights, i, shift, tau);
    const f = 1 + parts.psi + parts.phi;
    if (Math.abs(f) <= Number.EPSILON * d.length * (1 + Math.abs(parts.psi) + Math.abs(parts.phi))) break;
    if (f > 0) high = tau;
    else low = tau;
    const proposed =
      tau + rationalStep(parts, left - shift - tau, right === undefined ? undefined : right - shift - tau);
    const next = proposed > low && proposed < high ? proposed : (low + high) / 2;
    if (next === tau || next === low || next === high) break;
    tau = next;
  }
  return { origin, tau };
};
