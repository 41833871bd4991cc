import { expect, it } from "vitest";
import {
  type Examples,
  lasso,
  leastSquares,
  logisticRegression,
  ridge,
  ridgePath,
} from "../../src/linear/index.js";
import { random } from "../../src/random/random.js";
import { normals } from "../theory/matrices.js";
import { difference } from "./reference.js";

/** 12 examples of 30 features, X = Q'·diag(s)·V' with s from 1 to 1e-9 and reflections Q and V; y = Xw for a w of length 1 in the rows' space. */
const wide = (seed: number): { data: Examples; w: Float64Array } => {
  const [n, d] = [12, 30];
  const reflect = (v: Float64Array, u: Float64Array) => {
    const uu = u.reduce((s, x) => s + x * x, 0);
    const uv = u.reduce((s, x, i) => s + x * (v[i] ?? 0), 0);
    return v.map((x, i) => x - (2 * uv * (u[i] ?? 0)) / uu);
  };
  const [left, right] = [normals(n, seed), normals(d, seed + 1)];
  const s = (k: number) => 10 ** (-9 * (k / (n - 1)));
  const unit = (size: number, k: number) => Float64Array.from({ length: size }, (_, i) => (i === k ? 1 : 0));
  const X = new Float64Array(n * d);
  let w = new Float64Array(d);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const [u, v] = [reflect(unit(n, k), left), reflect(unit(d, k), right)];
    w = w.map((wj, j) => wj + (v[j] ?? 0) / Math.sqrt(n));
    for (let i = 0; i < n; i++) {
      y[i] = (y[i] ?? 0) + (s(k) * (u[i] ?? 0)) / Math.sqrt(n);
      for (let j = 0; j < d; j++) X[i * d + j] = (X[i * d + j] ?? 0) + s(k) * (u[i] ?? 0) * (v[j] ?? 0);
    }
  }
  return { data: { X, y, n, d }, w };
};

const residual = ({ X, y, n, d }: Examples, w: Float64Array) =>
  Math.hypot(
    ...Array.from(
      { length: n },
      (_, i) => (y[i] ?? 0) - w.reduce((s, wj, j) => s + wj * (X[i * d + j] ?? 0), 0),
    ),
  );

it("fits wide, ill-conditioned examples to the last digits: minimum norm, ridge and path without squaring the condition", async () => {
  const { data, w } = wide(7);
  const least = await leastSquares(data, { intercept: false, singular: "minimum-norm" });
  expect(residual(data, least.weights)).toBeLessThan(1e-14);
  expect(difference(least.weights, w)).toBeLessThan(1e-5);
  const shrunk = await ridge(data, { lambda: 1e-32, intercept: false });
  expect(residual(data, shrunk.weights)).toBeLessThan(1e-13);
  const [path] = await ridgePath(data, { lambdas: [1e-32], intercept: false });
  expect(residual(data, path?.weights ?? w)).toBeLessThan(1e-13);
});

it("decides on dependence in each feature's own units", async () => {
  const draws = random(3, "own units");
  const scales = [1e8, 1e-8, 1, 1e-4];
  const [n, d] = [20, scales.length];
  const unscaled = Float64Array.from({ length: n * d }, () => draws.normal());
  const truth = [1, -2, 3, 4];
  const y = Float64Array.from({ length: n }, (_, i) =>
    truth.reduce((s, t, j) => s + t * (unscaled[i * d + j] ?? 0), 5),
  );
  const data = { X: unscaled.map((x, k) => x * (scales[k % d] ?? 1)), y, n, d };
  const fit = await leastSquares(data);
  expect(fit.rank).toBe(4);
  expect(
    difference(
      fit.weights.map((wj, j) => wj * (scales[j] ?? 1)),
      truth,
    ),
  ).toBeLessThan(1e-9);
  expect(fit.intercept).toBeCloseTo(5, 9);
});

it("lasso's weights have eight digits where features are correlated, in few passes", async () => {
  // Two features with X'X = [[1, c], [c, 1]]: both weights are positive, w = (b - l1/2)·[[1, c], [c, 1]]⁻¹.
  const c = 0.99;
  const root = Math.sqrt(1 - c * c);
  const data = { X: Float64Array.of(1, c, 0, root), y: Float64Array.of(2, 0.14), n: 2, d: 2 };
  const b = [2, 2 * c + 0.14 * root];
  const l1 = 0.1;
  const [p = 0, q = 0] = b.map((bj) => bj - l1 / 2);
  const exact = [(p - c * q) / (1 - c * c), (q - c * p) / (1 - c * c)];
  expect(Math.min(...exact)).toBeGreaterThan(0.1);
  const fit = await lasso(data, { lambda: l1, intercept: false });
  expect(difference(fit.weights, exact)).toBeLessThan(1e-8);
  expect(fit.converged).toBe(true);
  expect(fit.iterations).toBeLessThan(30);
  // However large a gap is allowed, it goes on until the fit stands still.
  const loose = await lasso(data, { lambda: l1, intercept: false, tolerance: 0.1 });
  expect(difference(loose.weights, exact)).toBeLessThan(1e-6);
});

it("logistic regression starts from the Hessian at 0 exactly: a penalty that keeps w there needs three steps", async () => {
  const X = normals(400, 1);
  const y = Float64Array.from({ length: 100 }, (_, i) => i % 2);
  const fit = await logisticRegression({ X, y, n: 100, d: 4 }, { lambda: 100, intercept: false });
  expect(fit.iterations).toBeLessThanOrEqual(3);
});
