import { expect, it } from "vitest";
import {
  add,
  addProduct,
  difference,
  dotProduct,
  doubleDouble,
  squaredNorm,
} from "../../src/linear/double-double.js";

const u = 2 ** -30;

it("a product keeps what float64 rounds away: (1 + u)² = 1 + 2u + u²", () => {
  const sum = doubleDouble(Float64Array.of(0));
  addProduct(sum, Float64Array.of(1 + u), 1 + u, 0);
  expect([sum.high[0], sum.low[0]]).toEqual([1 + 2 * u, u * u]);
  // −1 leaves 2u + u², and 2u less leaves u²
  addProduct(sum, Float64Array.of(1), -1, 0);
  addProduct(sum, Float64Array.of(-2), u, 0);
  expect([sum.high[0], sum.low[0]]).toEqual([u * u, 0]);
});

it("the lower half of a factor and of a sum counts", () => {
  const sum = { high: Float64Array.of(3, 1), low: Float64Array.of(2 ** -80, 0) };
  addProduct(sum, Float64Array.of(2, 0), 5, 2 ** -70);
  expect([...sum.high]).toEqual([13, 1]);
  expect([...sum.low]).toEqual([2 ** -80 + 2 ** -69, 0]);
});

it("a scalar product survives cancellation", () => {
  const b = { high: Float64Array.of(1, 1 + u, 1), low: Float64Array.of(0, 2 ** -90, 0) };
  // 1e20 + (1 + u)² − 1e20 with the lower half 2⁻⁹⁰·(1 + u)
  const [high, low] = dotProduct(Float64Array.of(1e20, 1 + u, -1e20), b);
  expect(high + low).toBeCloseTo(1, 5);
  const [exact, rest] = dotProduct(Float64Array.of(1, 1 + u, -1), {
    high: Float64Array.of(-1, 1 + u, 2 * u),
    low: Float64Array.of(0, 2 ** -90, 0),
  });
  expect(exact + rest).toBe(u * u + 2 ** -90);
});

it("sums and differences are rounded once, at their end", () => {
  const a = doubleDouble(Float64Array.of(1, 5));
  add(a, Float64Array.of(2 ** -70, 2));
  add(a, Float64Array.of(-1, 0));
  expect([...a.high, ...a.low]).toEqual([2 ** -70, 7, 0, 0]);
  const b = { high: Float64Array.of(1, 1), low: Float64Array.of(2 ** -70, 2 ** -60) };
  const c = { high: Float64Array.of(1, 0.5), low: Float64Array.of(2 ** -72, 2 ** -61) };
  expect([...difference(b, c)]).toEqual([2 ** -70 - 2 ** -72, 0.5]);
  expect(squaredNorm({ high: Float64Array.of(3, -4), low: Float64Array.of(0.5, 0) })).toBe(12.25 + 16);
});
