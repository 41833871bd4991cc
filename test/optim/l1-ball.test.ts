import fc from "fast-check";
import { expect, it } from "vitest";
import { compileKernel } from "../../src/engine/kernel/index.js";
import { input } from "../../src/graph/index.js";
import { projectOntoL1Ball } from "../../src/index.js";
import { ontoL1Ball } from "../../src/optim/l1-ball.js";

/** Projects numbers as a constraint does: by a kernel. */
const projected = (values: readonly number[] | Float32Array, radius: number): Float32Array => {
  const memory = new WebAssembly.Memory({ initial: 80 });
  const x = input("x", [values.length]);
  const kernel = compileKernel({
    arrays: [x],
    scalars: [],
    stores: [{ into: x, value: ontoL1Ball(x, radius) }],
  });
  const view = new Float32Array(memory.buffer, 64, values.length);
  view.set(values);
  kernel.bind(memory).run([64], values.length, []);
  return view;
};

const expected = (values: readonly number[] | Float32Array, radius: number): Float64Array => {
  const exact = Float64Array.from(values, Math.fround);
  projectOntoL1Ball(exact, radius);
  return exact;
};

const requireNear = (values: readonly number[] | Float32Array, radius: number) => {
  const exact = expected(values, radius);
  const largest = Math.max(...values.map(Math.abs));
  projected(values, radius).forEach((value, i) => {
    expect(Math.abs(value - (exact[i] ?? Number.NaN))).toBeLessThanOrEqual(4e-7 * largest);
  });
};

it("is the projection of sorting, whatever the numbers", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.05, max: 100, noNaN: true }),
      (values, radius) => requireNear(values, radius),
    ),
    { numRuns: 60 },
  );
});

it.each<[string, (i: number) => number]>([
  ["falling geometrically", (i) => 0.98 ** i],
  ["falling quickly", (i) => 0.5 ** (i % 100)],
  ["falling as 1/i", (i) => 1 / (i + 1)],
  ["falling as 1/i²", (i) => 1 / (i + 1) ** 2],
  ["all alike", () => 0.25],
  ["a few large ones", (i) => (i % 1000 === 0 ? 10 : 1e-3 * Math.sin(i))],
])("comes to the threshold of numbers %s", (_, at) => {
  const values = Float32Array.from({ length: 4096 }, (_, i) => at(i) * (i % 2 === 0 ? 1 : -1));
  const norm = values.reduce((sum, value) => sum + Math.abs(value), 0);
  for (const share of [0.9, 0.1, 1 / 256]) requireNear(values, share * norm);
});

it("leaves what lies within the ball, and NaN for the check of divergence", () => {
  expect([...projected([0.5, -0.25, 0], 0.75)]).toEqual([0.5, -0.25, 0]);
  expect(projected([1, Number.NaN], 0.5).some(Number.isNaN)).toBe(true);
});

it("never ends beyond the radius, from however far", () => {
  const values = Float32Array.from({ length: 5000 }, (_, i) => 1e4 * Math.exp(-i / 50));
  const norm = projected(values, 1e-3).reduce((sum, value) => sum + Math.abs(value), 0);
  expect(norm).toBeLessThanOrEqual(1e-3 * (1 + 1e-6));
  expect(norm).toBeGreaterThan(0.9e-3);
});
