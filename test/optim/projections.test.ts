import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { projectOntoL1Ball, projectOntoL2Ball } from "../../src/index.js";

const vector = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 });
const radius = fc.double({ min: 0.01, max: 30, noNaN: true });
const norm1 = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + Math.abs(b), 0);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (v, i) => v - (b[i] ?? 0)));

/** The projection by bisection on θ: slow, and written from the definition. */
const bisected = (x: readonly number[], limit: number): number[] => {
  if (norm1(x) <= limit) return [...x];
  let [low, high] = [0, Math.max(...x.map(Math.abs))];
  const shrink = (theta: number) => x.map((v) => Math.sign(v) * Math.max(Math.abs(v) - theta, 0));
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (norm1(shrink(middle)) > limit) low = middle;
    else high = middle;
  }
  return shrink(high);
};

describe("projection onto the l1 ball", () => {
  it("agrees with bisection", () => {
    fc.assert(
      fc.property(vector, radius, (x, limit) => {
        const projected = Float64Array.from(x);
        projectOntoL1Ball(projected, limit);
        expect(distance(projected, bisected(x, limit))).toBeLessThan(1e-9);
      }),
    );
  });

  it("is the nearest point of the ball, by the variational inequality (x - Px)'(z - Px) <= 0 at its corners", () => {
    fc.assert(
      fc.property(vector, radius, (x, limit) => {
        const p = Float64Array.from(x);
        projectOntoL1Ball(p, limit);
        const atP = p.reduce((s, v, i) => s + ((x[i] ?? 0) - v) * v, 0);
        p.forEach((v, i) => {
          expect(limit * Math.abs((x[i] ?? 0) - v) - atP).toBeLessThan(1e-8);
        });
      }),
    );
  });

  it("leaves a point of the sphere as it is, bit for bit", () => {
    // Summed from the largest on, these would be 1: less than their sum in order.
    const x = Float64Array.of(2 ** -53, 2 ** -53, 1);
    projectOntoL1Ball(x, 1 + 2 ** -52);
    expect([...x]).toEqual([2 ** -53, 2 ** -53, 1]);
  });

  it("of a million numbers meets the radius and makes exact zeros", () => {
    const x = new Float32Array(1e6).map((_, i) => Math.sin(i * 12.9898) ** 3);
    projectOntoL1Ball(x, 1000);
    expect(norm1(x)).toBeCloseTo(1000, 1);
    expect(x.filter((v) => v === 0).length).toBeGreaterThan(9e5);
  });
});

it("projections onto a ball of radius 0 give 0, and there is none of a negative radius", () => {
  for (const [name, project] of Object.entries({ projectOntoL1Ball, projectOntoL2Ball })) {
    const x = Float32Array.of(3, -1);
    project(x, 0);
    expect(norm1(x)).toBe(0);
    expect(() => project(x, -1)).toThrow(`${name}: radius is -1; expected a finite number`);
    expect(() => project(x, Number.NaN)).toThrow(`${name}: radius is NaN`);
  }
});

it("projection onto the l2 ball scales to the radius, or leaves alone", () => {
  fc.assert(
    fc.property(vector, radius, (x, limit) => {
      const projected = Float64Array.from(x);
      projectOntoL2Ball(projected, limit);
      const norm = Math.hypot(...x);
      if (norm <= limit) return void expect([...projected]).toEqual(x);
      expect(Math.hypot(...projected)).toBeCloseTo(limit, 9);
      expect(
        distance(
          projected,
          x.map((v) => (v * limit) / norm),
        ),
      ).toBeLessThan(1e-9);
    }),
  );
});

it("lists are refused: they are sorted as texts", () => {
  for (const [name, project] of Object.entries({ projectOntoL1Ball, projectOntoL2Ball })) {
    expect(() => project([3, 10, 2] as never, 5)).toThrow(
      `${name}: expected a Float32Array or Float64Array, got a list of 3`,
    );
  }
});
