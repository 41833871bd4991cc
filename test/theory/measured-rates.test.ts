import { expect, it } from "vitest";
import { batch, input, scalar, sum, transpose } from "../../src/graph/index.js";
import { type DescentRun, iterationsTo, measuredRate, rateBound } from "../../src/theory/index.js";
import { operationCount } from "../../src/theory/rounding.js";

/** A run of eta 0.1 with the given suboptimality at its steps, from a distance of 3. */
const runOf = (gap: readonly number[]): DescentRun => ({
  name: "made up",
  eta: 0.1,
  rounding: { gamma: 0, floor: 0 },
  steps: gap.length - 1,
  stopped: "steps",
  values: Float64Array.from(gap, (g) => 7 + g),
  squaredGradients: Float64Array.from(gap),
  norms: Float64Array.from(gap),
  weighted: Float64Array.from(gap),
  visited: [],
  w0: Float64Array.of(3),
  w: Float64Array.of(0),
  reference: { w: Float64Array.of(0), value: 7, gradientNorm: 0 },
  squaredDistances: Float64Array.from(gap, () => 9),
});

const steps = (count: number, gap: (t: number) => number) =>
  runOf(Array.from({ length: count + 1 }, (_, t) => gap(t)));

it("a power law is recognised by its exponent, over the second half of the run", () => {
  const rate = measuredRate(steps(40, (t) => 5 * Math.max(t, 0.5) ** -1.5));
  expect(rate).toMatchObject({ law: "power", from: 20, to: 40 });
  expect(rate?.exponent).toBeCloseTo(-1.5, 6);
});

it("a geometric law is recognised by its factor, before rounding takes over", () => {
  const rate = measuredRate(steps(60, (t) => 5 * 0.5 ** t));
  // 0.5^33 is the last above 1e-10
  expect(rate).toMatchObject({ law: "geometric", from: 17, to: 33 });
  expect(rate?.factor).toBeCloseTo(0.5, 6);
});

it("a rate is measured from four steps on", () => {
  expect(measuredRate(steps(5, (t) => 0.9 ** t))).toBeUndefined();
  expect(measuredRate(steps(6, (t) => 0.9 ** t))).toMatchObject({ from: 3, to: 6 });
});

it("a run that stands still has the factor 1 and the exponent 0", () => {
  const rate = measuredRate(steps(10, () => 1));
  expect([rate?.factor, Math.abs(rate?.exponent ?? 1)]).toEqual([1, 0]);
});

it("a step that meets the minimum is one step, and none is needed where epsilon is met at the start", () => {
  const run = steps(3, (t) => 0.5 ** t);
  expect(iterationsTo(run, 0.1, 10).linearBound).toBe(1);
  expect(iterationsTo(run, 0.1, 15).linearBound).toBe(1);
  expect(iterationsTo(run, 2, 10).linearBound).toBe(0);
});

it("the steps needed are the bounds of theory, by hand", () => {
  const run = steps(20, (t) => 4 * 0.5 ** t);
  // ‖w0 − w*‖²/(2·eta·t) = 9/(0.2·t), first at most 0.5 at t = 90; 4·0.5^t is so at t = 3
  expect(rateBound(run, 5)).toBeCloseTo(9, 12);
  expect(iterationsTo(run, 0.5)).toEqual({ epsilon: 0.5, measured: 3, bound: 90 });
  // log(4/0.5)/−log(1 − 0.1·2) = 9.32
  expect(iterationsTo(run, 0.5, 2)).toEqual({ epsilon: 0.5, measured: 3, bound: 90, linearBound: 10 });
  // eta·mu = 1 needs one step, and none where the start is near enough
  expect(iterationsTo(run, 0.5, 10).linearBound).toBe(1);
  expect(iterationsTo(run, 4, 10)).toMatchObject({ measured: 0, linearBound: 0 });
  expect(() => iterationsTo(run, 0)).toThrow("epsilon is 0");
});

it("operations are counted along the chain: the terms of every sum, and one for anything else", () => {
  const x = input("x", [batch, 3], "float64");
  const w = input("w", [3, 4], "float64");
  expect(operationCount(x, 5)).toBe(1);
  expect(operationCount(x.mul(2), 5)).toBe(3);
  expect(operationCount(sum(x), 5)).toBe(1 + 15);
  expect(operationCount(sum(x, 0), 5)).toBe(1 + 5);
  expect(operationCount(sum(x, 1), 5)).toBe(1 + 3);
  expect(operationCount(x.matmul(w), 5)).toBe(2 + 3);
  expect(operationCount(transpose(x).matmul(x), 5)).toBe(2 + 5);
  expect(operationCount(x.matmul(x, { transposeA: true }), 5)).toBe(1 + 5);
  expect(operationCount(sum(scalar(2, "float64")), 5)).toBe(1);
});

it("a run that starts at the minimum has no rate", () => {
  expect(measuredRate(steps(40, () => 0))).toBeUndefined();
});
