import { expect, it } from "vitest";
import { highest, largestIn, lowest } from "../src/extremes.js";

it("extremes of more values than fit on the stack", () => {
  const values = Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i));
  const sorted = values.slice().sort();
  expect([lowest(values), highest(values)]).toEqual([sorted[0], sorted.at(-1)]);
});

it("extremes of nothing, and of values that are not numbers", () => {
  expect([lowest([]), highest([])]).toEqual([Infinity, -Infinity]);
  expect([lowest([1, Number.NaN, 0]), highest([1, Number.NaN, 2])]).toEqual([Number.NaN, Number.NaN]);
});

it("the place of the largest of a stretch is found, the first of equal ones", () => {
  const values = Float32Array.of(9, 1, 5, 5, 2, 8);
  expect(largestIn(values, 1, 4)).toBe(1);
  expect(largestIn(values, 4, 2)).toBe(1);
  expect(largestIn(values, 0, 6)).toBe(0);
});
