import fc from "fast-check";
import { expect, it } from "vitest";
import { bindNorms } from "../../../src/engine/kernel/index.js";

const memory = new WebAssembly.Memory({ initial: 200 });
const { squaredNorm } = bindNorms(memory);

it("sums squares of any number of elements from any place", () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 70 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 40 }), (values, place) => {
      new Float32Array(memory.buffer, 0, 200).fill(Number.NaN);
      new Float32Array(memory.buffer, 4 * place, values.length).set(values);
      const expected = values.reduce((sum, x) => sum + x * x, 0);
      expect(Math.abs(squaredNorm(4 * place, values.length) - expected)).toBeLessThanOrEqual(
        1e-14 * expected,
      );
    }),
  );
});

it("does not lose digits over millions of elements", () => {
  const count = 3_000_003;
  new Float32Array(memory.buffer, 0, count).fill(0.1);
  expect(squaredNorm(0, count) / (count * Math.fround(0.1) ** 2)).toBeCloseTo(1, 10);
});

it("is finite exactly if every element is", () => {
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    for (let position = 0; position < 23; position++) {
      const x = new Float32Array(memory.buffer, 64, 23).fill(3e38);
      expect(Number.isFinite(squaredNorm(64, 23))).toBe(true);
      x[position] = bad;
      expect(Number.isFinite(squaredNorm(64, 23))).toBe(false);
    }
  }
});

it("adds up in sixteen lanes, and the last few elements in fewer: the vector loop's order, bit for bit", () => {
  const lanes = (values: Float32Array) => {
    const sums = new Float64Array(16);
    const whole = values.length - (values.length % 16);
    const add = (lane: number, x = 0) => {
      sums[lane] = (sums[lane] ?? 0) + x * x;
    };
    values.forEach((x, i) => {
      if (i < whole) add(i % 16, x);
      else add(i < values.length - (values.length % 4) ? i % 4 : 0, x);
    });
    const pairs = [0, 1].map((half) => sums.filter((_, lane) => lane % 2 === half).reduce((a, b) => a + b));
    return (pairs[0] ?? 0) + (pairs[1] ?? 0);
  };
  for (let count = 0; count < 200; count += 7) {
    const x = new Float32Array(memory.buffer, 64, count).map(
      (_, i) => Math.sin(i * i + count) * 10 ** (i % 5),
    );
    new Float32Array(memory.buffer, 64, count).set(x);
    expect(squaredNorm(64, count)).toBe(lanes(x));
  }
});
