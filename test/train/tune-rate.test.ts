import { describe, expect, it } from "vitest";
import {
  digits,
  gradientDescent,
  linear,
  moons,
  type Rate,
  rateAt,
  relu,
  sequential,
  tuneRate,
} from "../../src/index.js";

const net = sequential(linear(32), relu(), linear(10));
const gradientOf = (learningRate: Rate) => gradientDescent({ learningRate });
const data = digits({ train: 1000, test: 10 });

describe("tuneRate", () => {
  it("sweeps rates exponentially, ends at the blow-up, and suggests a tenth of the lowest", async () => {
    const test = await tuneRate(net, data, { from: 1e-5, to: 10, steps: 120, repeats: 2 });
    const rates = test.points.map(({ learningRate }) => learningRate);
    expect(rates[0]).toBeCloseTo(1e-5, 12);
    const ratio = (10 / 1e-5) ** (1 / 119);
    for (let i = 1; i < rates.length; i++)
      expect((rates[i] ?? 0) / (rates[i - 1] ?? 1)).toBeCloseTo(ratio, 9);
    expect(test.diverged).toBe(true);
    expect(test.points.length).toBeLessThan(120);
    expect(test.suggestion).toBe(test.lowest.learningRate / 10);
    expect(test.steepest.learningRate).toBeLessThan(test.lowest.learningRate);
    // What is known to suit Adam on such a network, give or take.
    expect(test.suggestion).toBeGreaterThan(3e-4);
    expect(test.suggestion).toBeLessThan(1e-2);
  });

  it("starts every repetition from the same weights: the first steps of full batches have the same loss", async () => {
    const all = moons({ n: 60, seed: 2 });
    const options = { batchSize: 60, from: 1e-7, to: 1e-6, steps: 20, optimizer: gradientOf };
    const once = await tuneRate(sequential(linear(8), relu(), linear(2)), all, { ...options, repeats: 1 });
    const thrice = await tuneRate(sequential(linear(8), relu(), linear(2)), all, { ...options, repeats: 3 });
    once.points.forEach(({ loss }, i) => void expect(thrice.points[i]?.loss).toBeCloseTo(loss, 6));
    // Rates as small as these change next to nothing.
    expect(once.diverged).toBe(false);
    expect(once.points.at(-1)?.loss).toBeCloseTo(once.points[0]?.loss ?? 0, 4);
  });

  it("finds rates that gradient descent diverges with", async () => {
    const test = await tuneRate(net, data, {
      optimizer: gradientOf,
      from: 1e-4,
      to: 1e3,
      steps: 100,
      repeats: 1,
    });
    expect(test.diverged).toBe(true);
    expect(test.points.every(({ smoothed }) => Number.isFinite(smoothed))).toBe(true);
  });

  it("says that training ended, not that the loss blew up, where it was ended", async () => {
    const ending = new AbortController();
    let evaluations = 0;
    const optimizer = (learningRate: Rate) =>
      gradientDescent({
        learningRate: (time) => {
          if (++evaluations === 200) ending.abort();
          return rateAt(learningRate, time);
        },
      });
    const options = { optimizer, from: 1e-7, to: 1e-6, steps: 500, repeats: 1, signal: ending.signal };
    const test = await tuneRate(net, data, options);
    expect(test.points.length).toBeLessThan(200);
    expect(test.diverged).toBe(false);
  });

  it("says what cannot be", async () => {
    await expect(tuneRate(net, data, { from: 1, to: 0.1 })).rejects.toThrow("the smaller first");
    await expect(tuneRate(net, data, { steps: 5 })).rejects.toThrow("at least 20");
    await expect(tuneRate(net, data, { repeats: 0 })).rejects.toThrow("at least 1");
    await expect(
      tuneRate(net, data, { optimizer: gradientOf, from: 1e5, to: 1e8, repeats: 1 }),
    ).rejects.toThrow(/blew up after \d+ steps.*smaller/);
  });
});

it("smooths losses with weights that fall by 0.9 a step, and add up to 1", async () => {
  const { points } = await tuneRate(net, data, { from: 1e-5, to: 1e-2, steps: 30, repeats: 2 });
  expect(points).toHaveLength(30);
  points.forEach(({ smoothed }, last) => {
    const before = points
      .slice(0, last + 1)
      .map(({ loss }, step) => ({ loss, weight: 0.9 ** (last - step) }));
    const total = before.reduce((sum, { weight }) => sum + weight, 0);
    const expected = before.reduce((sum, { loss, weight }) => sum + loss * weight, 0) / total;
    expect(smoothed).toBeCloseTo(expected, 10);
  });
});
