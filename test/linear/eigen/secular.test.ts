import { describe, expect, it } from "vitest";
import { secularRoot } from "../../../src/linear/eigen/secular.js";
import { random } from "../../../src/random/random.js";

/** 1 + Σ weights_k/(d_k − λ) at λ = d[origin] + tau. */
const secular = (d: Float64Array, weights: Float64Array, origin: number, tau: number): number =>
  d.reduce((sum, dk, k) => sum + (weights[k] ?? 0) / (dk - (d[origin] ?? 0) - tau), 1);

/** The root as a distance from d[origin], by halving between the neighbouring poles as often as float64 allows. */
const halved = (d: Float64Array, weights: Float64Array, i: number, origin: number): number => {
  const at = d[origin] ?? 0;
  let low = (d[i] ?? 0) - at;
  let high = (d[i + 1] ?? (d[i] ?? 0) + weights.reduce((a, b) => a + b)) - at;
  for (let step = 0; step < 2000; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (secular(d, weights, origin, middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
};

/** Counts how often the first number of an array is read. */
const counting = (values: Float64Array) => {
  let reads = 0;
  const proxy = new Proxy(values, {
    get: (target, key) => {
      if (key === "0") reads++;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { proxy, reads: () => reads };
};

const problems = Array.from({ length: 60 }, (_, seed) => {
  const stream = random(seed, "secular");
  const n = 2 + (seed % 12);
  const gap = [1, 1e-6, 10][seed % 3] ?? 1;
  const size = [1, 1e-8, 1e4, 1e-3][seed % 4] ?? 1;
  let at = stream.normal();
  const d = Float64Array.from({ length: n }, () => {
    at += gap * (0.05 + stream.uniform());
    return at;
  });
  return { d, weights: Float64Array.from(d, () => size * (0.01 + stream.uniform()) ** 3) };
});

describe("roots of the secular function", () => {
  it("are those between the poles, as distances from the nearer one, to the last digits", () => {
    for (const { d, weights } of problems) {
      for (let i = 0; i < d.length; i++) {
        const { origin, tau } = secularRoot(d, weights, i);
        const [left = 0, right] = [d[i], d[i + 1]];
        const root = halved(d, weights, i, origin);
        expect(Math.abs(tau / root - 1)).toBeLessThan(1e-11);
        const middle = right === undefined ? Infinity : (right - left) / 2;
        expect(Math.abs(tau)).toBeLessThanOrEqual(middle * (1 + 1e-12));
        expect(tau > 0).toBe(origin === i);
        expect([i, i + 1].slice(0, right === undefined ? 1 : 2)).toContain(origin);
      }
    }
  });

  it("are found in a few steps, however large or small the weights are", () => {
    let most = 0;
    let all = 0;
    let roots = 0;
    for (const { d, weights } of problems) {
      for (let i = 0; i < d.length; i++) {
        const { proxy, reads } = counting(weights);
        secularRoot(d, proxy, i);
        most = Math.max(most, reads());
        all += reads();
        roots++;
      }
    }
    expect(most).toBeLessThanOrEqual(9);
    expect(all / roots).toBeLessThan(5.1);
  });

  it("of two poles with equal weights lie where they are by hand", () => {
    // 1 + 1/(0 − λ) + 1/(3 − λ) = 0: λ² − 5λ + 3 = 0
    const [d, weights] = [Float64Array.of(0, 3), Float64Array.of(1, 1)];
    const [first, second] = [secularRoot(d, weights, 0), secularRoot(d, weights, 1)];
    expect(first).toEqual({ origin: 0, tau: expect.closeTo((5 - Math.sqrt(13)) / 2, 14) });
    expect(second).toEqual({ origin: 1, tau: expect.closeTo((5 + Math.sqrt(13)) / 2 - 3, 14) });
    // Weights that push the first root beyond the middle: 1 + 4/(0 − λ) + ¼/(3 − λ): λ² − 7.25·λ + 12 = 0
    const far = secularRoot(d, Float64Array.of(4, 0.25), 0);
    expect(far).toEqual({ origin: 1, tau: expect.closeTo((7.25 - Math.sqrt(7.25 ** 2 - 48)) / 2 - 3, 14) });
  });
});
