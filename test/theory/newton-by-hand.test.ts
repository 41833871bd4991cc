import { describe, expect, it } from "vitest";
import { matrix, newtonMinimiser, quadraticObjective } from "../../src/theory/index.js";
import { newtonMinimum } from "../../src/theory/minimisers.js";
import { gradientRoundoff, spreadOf, valueRoundoff } from "../../src/theory/rounding.js";
import { fake } from "./fake.js";

/** A function of one number, told at some places; elsewhere it is high. */
const told = (places: Readonly<Record<number, readonly [value: number, slope: number]>>) =>
  fake({
    at: ([x = Number.NaN]) => {
      const [value, slope] = places[x] ?? [9, 9];
      return { value, gradient: [slope] };
    },
  });

const candidates = (f: ReturnType<typeof fake>) => f.asked.map(([x]) => x);

describe("a step of Newton's method", () => {
  it("is halved until f falls, by hand: √(1 + x²) from 2", async () => {
    // The full step leads from x to −x³, f' = x/√(1 + x²) and f'' = (1 + x²)^(−3/2).
    const root = fake({
      at: ([x = 0]) => ({ value: Math.sqrt(1 + x * x), gradient: [x / Math.sqrt(1 + x * x)] }),
      hessian: ([x = 0], v) => v.map((vi) => vi * (1 + x * x) ** -1.5),
    });
    const [w = Number.NaN] = await newtonMinimiser(root, 1, Float64Array.of(2));
    expect(w).toBeCloseTo(0, 12);
    expect(candidates(root).slice(0, 5)).toEqual([2, -8, -3, -0.5, 0.125].map((x) => expect.closeTo(x, 12)));
  });

  it("is taken where f falls by a ten-thousandth of what its slope promises", async () => {
    const falling = (by: number) => told({ 0: [1, -1], 1: [1 - by, 0] });
    expect([...(await newtonMinimiser(falling(1.01e-4), 1))]).toEqual([1]);
    await expect(newtonMinimiser(falling(0.99e-4), 1)).rejects.toThrow("no minimiser was found");
    // Of half the step it promises half.
    const half = (by: number) => told({ 0: [1, -1], 0.5: [1 - by, 0] });
    expect([...(await newtonMinimiser(half(0.51e-4), 1))]).toEqual([0.5]);
    await expect(newtonMinimiser(half(0.49e-4), 1)).rejects.toThrow("no minimiser was found");
  });

  it("is taken where f stands still to 1e-12 and the gradient falls", async () => {
    const flat = (value: number, slope: number) =>
      told({ 0: [2, -1], 1: [value, slope], 1.5: [1, 0], 0.5: [9, 9] });
    expect([...(await newtonMinimiser(flat(2 + 1.9e-12, -0.5), 1))]).toEqual([1.5]);
    await expect(newtonMinimiser(flat(2 + 2.1e-12, -0.5), 1)).rejects.toThrow("no minimiser");
    await expect(newtonMinimiser(flat(2 + 1.9e-12, -1), 1)).rejects.toThrow("no minimiser");
    await expect(newtonMinimiser(flat(3, -0.5), 1)).rejects.toThrow("no minimiser");
    // Also where f is negative.
    const below = told({ 0: [-2, -1], 1: [-2 + 1.9e-12, 0] });
    expect([...(await newtonMinimiser(below, 1))]).toEqual([1]);
  });

  it("is tried at 34 lengths, of which the last is 1.2e-10, and no more where none leads down", async () => {
    const stuck = told({ 0: [1, -1] });
    await expect(newtonMinimiser(stuck, 1)).rejects.toThrow(
      'objective "made up": no minimiser was found, the gradient is still 1.0e+0 at ‖w‖ = 0.0e+0',
    );
    expect(candidates(stuck)).toEqual([0, ...Array.from({ length: 34 }, (_, k) => 2 ** -k)]);
  });

  it("that cannot be improved is the end where the gradient is 1e-8 of the first", async () => {
    const end = (slope: number) => told({ 0: [1, -1], 1: [0, slope] });
    expect([...(await newtonMinimiser(end(-1e-8), 1))]).toEqual([1]);
    await expect(newtonMinimiser(end(-1.01e-8), 1)).rejects.toThrow(/still 1\.0e-8 at ‖w‖ = 1\.0e\+0/);
    // Of the first, whatever its size.
    const steep = (slope: number) => told({ 0: [1e4, -100], 100: [0, slope] });
    expect([...(await newtonMinimiser(steep(-0.9e-6), 1))]).toEqual([100]);
    await expect(newtonMinimiser(steep(-1.1e-6), 1)).rejects.toThrow("no minimiser");
  });

  it("is made a hundred times at most", async () => {
    const endless = fake({ at: ([x = 0]) => ({ value: -x, gradient: [-1] }) });
    await expect(newtonMinimiser(endless, 1)).rejects.toThrow(/still 1\.0e\+0 at ‖w‖ = 1\.0e\+2/);
    expect(endless.asked).toHaveLength(101);
  });

  it("is not made where the gradient is its own rounding", async () => {
    const rounded = (gamma: number) =>
      fake({ gamma, at: ([x = 0]) => ({ value: x === 0 ? 4 : 0, gradient: [x === 0 ? 1 : 0] }) });
    // γ·√L·√(2·|f|) is 4γ for L = 2 and f = 4.
    expect([...(await newtonMinimiser(rounded(0.251), 2))]).toEqual([0]);
    expect([...(await newtonMinimiser(rounded(0.249), 2))]).toEqual([-1]);
  });
});

describe("its direction", () => {
  const diagonal = (values: readonly number[], b: readonly number[]) => {
    const d = values.length;
    const made = quadraticObjective(
      matrix(values.map((value, i) => Array.from({ length: d }, (_, j) => (i === j ? value : 0)))),
      Float64Array.from(b),
    );
    const calls: number[][] = [];
    return {
      calls,
      f: {
        ...made,
        hessianVector: async (w: Float64Array, v: Float64Array) => {
          calls.push([...w]);
          return made.hessianVector(w, v);
        },
      },
    };
  };
  /** How many products the first directions took. */
  const productsOf = async (values: readonly number[], b: readonly number[]) => {
    const { f, calls } = diagonal(values, b);
    await newtonMinimiser(f, Math.max(...values));
    const places = [...new Set(calls.map(String))];
    return places.map((place) => calls.filter((call) => String(call) === place).length);
  };

  it("is found to a hundredth at first: one product suffices for eigenvalues 1 ± 0.009, not for 1 ± 0.011", async () => {
    expect((await productsOf([1 - 0.011, 1 + 0.011], [1, 1]))[0]).toBe(2);
    expect((await productsOf([1 - 0.009, 1 + 0.009], [1, 1]))[0]).toBe(1);
  });

  it("is found the better the nearer the minimum is, in whatever unit", async () => {
    // After a step that leaves 0.009 of the gradient, to 0.009² of it.
    for (const unit of [1e-3, 1, 100]) {
      expect(await productsOf([1 - 0.009, 1 + 0.009], [unit, unit])).toEqual([1, 2]);
    }
  });

  it("is looked for in 2·d + 20 products at most", async () => {
    // Curves upwards, but is no symmetric matrix, so that the residuals grow.
    const restless = fake({
      dimension: 2,
      at: (x) => ({ value: x.every((xi) => xi === 0) ? 1 : 9, gradient: [1, 2] }),
      hessian: (_, [a = 0, b = 0]) => Float64Array.of(a - 10 * b, 10 * a + b),
    });
    await expect(newtonMinimiser(restless, 1)).rejects.toThrow("no minimiser");
    expect(restless.products).toHaveLength(24);
  });

  it("is that of the gradient where f curves downwards, and what was found before where it does so later", async () => {
    const concave = fake({
      at: ([x = 0]) => ({ value: x === -3 ? 0 : 1, gradient: [x === -3 ? 0 : 3] }),
      hessian: (_, v) => v.map((vi) => -vi),
    });
    expect([...(await newtonMinimiser(concave, 1))]).toEqual([-3]);
    const flat = fake({
      at: ([x = 0]) => ({ value: x === -3 ? 0 : 1, gradient: [x === -3 ? 0 : 3] }),
      hessian: (_, v) => v.map(() => 0),
    });
    expect([...(await newtonMinimiser(flat, 1))]).toEqual([-3]);
    expect(flat.products).toHaveLength(1);
    // Of diag(1, −1/2) with the gradient (1, 1) the first product curves upwards by 1/2, the second downwards:
    // p = −g·‖g‖²/(gᵀHg) = (−4, −4).
    const saddle = fake({
      dimension: 2,
      at: ([x = 0]) => (x === -4 ? { value: -9, gradient: [0, 0] } : { value: 1, gradient: [1, 1] }),
      hessian: (_, [a = 0, b = 0]) => Float64Array.of(a, -b / 2),
    });
    expect([...(await newtonMinimiser(saddle, 1))]).toEqual([-4, -4]);
  });
});

describe("what is known of Newton's minimum", () => {
  const point = (gamma: number, slope: number, value = 1) =>
    fake({ gamma, at: () => ({ value, gradient: [slope] }) });

  it("follows from the gradient there, its rounding and mu", async () => {
    const f = point(0.25, 0.1, 4);
    const found = await newtonMinimum(f, 2, 3);
    const spread = spreadOf(f.rounding, 2, found.w);
    const slope = 0.1 + gradientRoundoff(f.rounding, 2, 4, spread);
    expect(slope).toBeCloseTo(1.1, 12);
    expect(found.distance).toBeCloseTo(1.1 / 3, 12);
    expect(found.valueError).toBeCloseTo(1.1 ** 2 / 6 + 1, 12);
    expect(valueRoundoff(f.rounding, 4, spread)).toBeCloseTo(1, 12);
    expect(found.value).toEqual({
      value: 4,
      certainty: "bound",
      how: "at most, by Newton's method; ‖∇f‖²/(2·mu) leaves 1.2e+0 below it",
    });
  });

  it("is exact to ten digits, or a bound", async () => {
    const certainty = async (mu: number, value: number) =>
      (await newtonMinimum(point(1e-13, 0, value), 1, mu)).value.certainty;
    // (γ·√2)²/(2·mu) + γ is 1e-26/mu + 1e-13 of f = 1.
    expect([await certainty(1.1e-16, 1), await certainty(0.9e-16, 1)]).toEqual(["exact", "bound"]);
    expect([await certainty(1.1e-16, -1), await certainty(0.9e-16, -1)]).toEqual(["exact", "bound"]);
  });

  it("is nothing for a mu that is not positive", async () => {
    for (const mu of [0, -1]) {
      expect(await newtonMinimum(point(1, 0), 1, mu)).toMatchObject({
        valueError: Infinity,
        distance: Infinity,
        value: {
          certainty: "bound",
          how: "at most, by Newton's method; without a mu > 0 nothing bounds the minimum from below",
        },
      });
    }
  });
});
