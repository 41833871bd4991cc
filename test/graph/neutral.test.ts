import { expect, it } from "vitest";
import { add, div, input, mul, pow, scalar, sub } from "../../src/graph/index.js";

const x = input("x", [2, 3]);

it("what adds 0 or multiplies by 1 is left out, from either side, as a number or a constant", () => {
  for (const y of [
    add(x, 0),
    add(0, x),
    add(x, scalar(0)),
    add(scalar(0), x),
    sub(x, 0),
    sub(x, scalar(0)),
    mul(x, 1),
    mul(1, x),
    mul(x, scalar(1)),
    mul(scalar(1), x),
    div(x, 1),
    div(x, scalar(1)),
  ]) {
    expect(y).toBe(x);
  }
});

it("what does not is kept", () => {
  for (const y of [add(x, 1), add(1, x), sub(x, 1), sub(0, x), mul(x, 0), mul(0, x), div(x, 2), div(1, x)]) {
    expect(y).not.toBe(x);
    expect(y.shape).toEqual([2, 3]);
    expect(y.operation.inputs).toContain(x);
  }
});

it("a power of 1 is the tensor itself", () => {
  const base = input("base", [2]);
  expect(pow(base, 1)).toBe(base);
});
