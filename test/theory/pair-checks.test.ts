import { describe, expect, it } from "vitest";
import {
  type Constant,
  convexity,
  matrix,
  quadraticObjective,
  smoothness,
  smoothnessConstant,
  strongConvexity,
} from "../../src/theory/index.js";
import { worstPair } from "../../src/theory/smoothness.js";
import { fake } from "./fake.js";
import { normals } from "./matrices.js";

const constant = (value: number, certainty: Constant["certainty"] = "exact"): Constant => ({
  ...{ value, certainty },
  how: "by hand",
});

/** x²/2, with constants that may be wrong and rounding of any size. */
const parabola = (L: Constant, mu: Constant, gamma = 0) =>
  fake({ L, mu, gamma, at: ([x = 0]) => ({ value: (x * x) / 2, gradient: [x] }) });

describe("rounding excuses what it can be made of, and no more", () => {
  const options = { samples: 2000 };

  it("‖∇f(x₁) − ∇f(x₂)‖ <= L‖x₁ − x₂‖", async () => {
    const holds = async (gamma: number) =>
      (await smoothness(parabola(constant(0.9), constant(0), gamma), options)).lipschitz.holds;
    // |x| is √f·√2, so that the gradients' errors are γ·√L·√2·(1/√2 + √(L/2))·(|x₁| + |x₂|) = 1.849·γ·(|x₁| + |x₂|), and a tenth
    // of |x₁ − x₂| is wanted.
    expect([await holds(0.0542), await holds(0.0539)]).toEqual([true, false]);
  });

  it("f(x₁) <= f(x₂) + ∇f(x₂)ᵀ(x₁ − x₂) + (L/2)‖x₁ − x₂‖²", async () => {
    const holds = async (gamma: number) =>
      (await smoothness(parabola(constant(0.9), constant(0), gamma), options)).upperBound.holds;
    // The largest of 0.05·(1 + a)²/(1.899·(1 + a²) + 1.849·a·(1 + a)), at a = 0.39
    expect([await holds(0.0305), await holds(0.0302)]).toEqual([true, false]);
  });

  it("f(x₁) >= f(x₂) + ∇f(x₂)ᵀ(x₁ − x₂) + (mu/2)‖x₁ − x₂‖²", async () => {
    const holds = async (gamma: number) =>
      (await strongConvexity(parabola(constant(2), constant(1.1), gamma), options)).lowerBound.holds;
    // The largest of 0.05·(1 + a)²/(1.5 + 1.5·a² + 2·a·(1 + a)), at a = 0.2
    expect([await holds(0.0354), await holds(0.0352)]).toEqual([true, false]);
  });

  it("equality holds", async () => {
    const flat = fake({ L: constant(0), mu: constant(0), at: () => ({ value: 0, gradient: [0] }) });
    const { lipschitz, upperBound } = await smoothness(flat);
    const { lowerBound } = await strongConvexity(flat);
    expect([lipschitz, upperBound, lowerBound]).toMatchObject([
      { holds: true, needed: 0 },
      { holds: true, needed: 0 },
      { holds: true, needed: 0 },
    ]);
  });
});

describe("what is said", () => {
  it("of L", async () => {
    const of = async (L: Constant) => (await smoothness(parabola(L, constant(0), 1e-12))).verdict;
    const held = "(by hand); both inequalities held for 200 fresh pairs";
    expect(await of(constant(1))).toBe(`made up: L is exactly 1.0000000 ${held}`);
    expect(await of(constant(2, "bound"))).toBe(`made up: L is at most 2.0000000 ${held}`);
    expect(await of(constant(2, "estimate"))).toBe(
      `made up: L is at least, as an estimate, 2.0000000 ${held}`,
    );
    expect(await of(constant(2, "given"))).toBe(`made up: L is as given 2.0000000 ${held}`);
    expect(await of(constant(0.5))).toMatch(
      /^made up: L is exactly 0\.50000000 \(by hand\); but a pair asks for 1\.000\d{4}$/,
    );
  });

  it("of mu", async () => {
    const of = async (mu: Constant) => (await strongConvexity(parabola(constant(1), mu, 1e-12))).verdict;
    expect(await of(constant(1))).toBe("made up is strongly convex: mu is exactly 1.0000000 (by hand)");
    expect(await of(constant(0.5, "bound"))).toBe(
      "made up is strongly convex: mu is at least 0.50000000 (by hand)",
    );
    expect(await of(constant(0.5, "estimate"))).toBe(
      "made up is by the samples strongly convex: mu is at most, as an estimate, 0.50000000 (by hand)",
    );
    expect(await of(constant(0, "given"))).toBe(
      "made up is not strongly convex: mu is as given 0.0000000 (by hand)",
    );
    expect(await of(constant(-1))).toBe("made up is not convex: mu is exactly -1.0000000 (by hand)");
    expect(await of(constant(2))).toMatch(
      /^made up is strongly convex: mu is exactly 2\.0000000 \(by hand\); but a pair allows only (1\.0|0\.9)/,
    );
  });
});

it("the worst pair is one that fails, of those the one that asks for most, of equals the first", () => {
  const pair = (needed: number, holds: boolean) => ({
    ...{ needed, holds },
    x1: Float64Array.of(needed),
    x2: Float64Array.of(-needed),
  });
  const largest = (...pairs: ReturnType<typeof pair>[]) => worstPair(pairs, (a, b) => a > b);
  expect(largest(pair(1, true), pair(3, true), pair(2, true))).toEqual(pair(3, true));
  expect(largest(pair(5, true), pair(1, false), pair(2, false), pair(7, true))).toEqual(pair(2, false));
  expect(largest(pair(3, false), pair(5, true), pair(1, false))).toEqual(pair(3, false));
  expect(worstPair([pair(1, true), pair(3, true)], (a, b) => a < b)).toEqual(pair(1, true));
});

describe("estimates from points and pairs", () => {
  // 1 + x² has the curvature 2 at every point.
  const bowl = (dimension = 1) =>
    fake({
      dimension,
      at: (x) => ({
        value: x.reduce((sum, xi) => sum + xi * xi, 1),
        gradient: Array.from(x, (xi) => 2 * xi),
      }),
      hessian: (_, v) => v.map((vi) => 2 * vi),
    });

  it("say from how many", async () => {
    const how = async (options: Parameters<typeof smoothness>[1]) =>
      (await smoothnessConstant(bowl(), options)).how;
    const of = (points: number, pairs: number) =>
      `from the Hessian at ${points} points and ${pairs} pairs of gradients`;
    // The origin and ten of the sampled points.
    expect(await how({})).toBe(of(11, 200));
    expect(await how({ samples: 4 })).toBe(of(5, 4));
    // Beside the origin the centre of the region, unless the region leaves it out, and the points given.
    expect(await how({ around: Float64Array.of(5) })).toBe(of(12, 200));
    expect(await how({ around: Float64Array.of(3), radius: 1 })).toBe(of(12, 200));
    expect(await how({ around: Float64Array.of(-3.01), radius: 1 })).toBe(of(11, 200));
    expect(await how({ radius: 1 })).toBe(of(11, 200));
    expect(await how({ points: [Float64Array.of(2), Float64Array.of(3)] })).toBe(of(13, 200));
  });

  it("leave out an origin at which f is not finite", async () => {
    const logarithm = (value: number, slope: number) =>
      fake({
        at: ([x = 0]) => (x === 0 ? { value, gradient: [slope] } : { value: x * x, gradient: [2 * x] }),
        hessian: ([x = 0], v) => v.map((vi) => (x === 0 ? 99 : 2) * vi),
      });
    const L = async (value: number, slope: number) =>
      (await smoothnessConstant(logarithm(value, slope), { around: Float64Array.of(2) })).value;
    expect(await L(Infinity, 1)).toBeCloseTo(2, 9);
    expect(await L(1, Number.NaN)).toBeCloseTo(2, 9);
    expect(await L(0, 0)).toBeCloseTo(99, 9);
  });

  it("take the largest size of a curvature for L and the least curvature for mu, of Hessians and of pairs", async () => {
    const of = (hessian: number, slope: number) =>
      fake({
        at: ([x = 0]) => ({ value: 0, gradient: [slope * x] }),
        hessian: (_, v) => v.map((vi) => hessian * vi),
      });
    const ends = async (f: ReturnType<typeof fake>) => {
      const [{ value: L }, { value: mu }] = [await smoothness(f), await strongConvexity(f)];
      return [L, mu].map((value) => expect.closeTo(value, 9));
    };
    expect([3, 1]).toEqual(await ends(of(3, 1)));
    expect([3, 1]).toEqual(await ends(of(1, 3)));
    expect([5, -5]).toEqual(await ends(of(-5, 1)));
    expect([4, -4]).toEqual(await ends(of(2, -4)));
  });

  it("refuse samples and radii that are none", async () => {
    const refused = (options: Parameters<typeof smoothness>[1]) =>
      expect(smoothness(bowl(), options)).rejects;
    await refused({ samples: 0 }).toThrow("samples is 0; give a whole number of pairs >= 1");
    await refused({ samples: 1.5 }).toThrow("samples is 1.5");
    await refused({ radius: 0 }).toThrow("radius is 0; give a positive finite number");
    await refused({ radius: Infinity }).toThrow("radius is Infinity");
    await refused({ radius: Number.NaN }).toThrow("radius is NaN");
    expect((await smoothness(bowl(), { samples: 1 })).lipschitz.needed).toBeCloseTo(2, 9);
  });
});

describe("quadratics", () => {
  it("are not strongly convex where the smallest eigenvalue is 0 to within rounding", async () => {
    const f = quadraticObjective(
      matrix([
        [1, 1],
        [1, 1],
      ]),
      new Float64Array(2),
    );
    expect(await strongConvexity(f)).toMatchObject({
      value: 0,
      how: "eigenvalues of the constant Hessian by Lanczos, 2 products; the smallest is 0 to within rounding",
    });
    const plain = "eigenvalues of the constant Hessian by Lanczos, 2 products";
    expect((await smoothness(f)).how).toBe(plain);
    await f.release();
    const steep = quadraticObjective(
      matrix([
        [1, 0],
        [0, 1e-3],
      ]),
      new Float64Array(2),
    );
    const mu = await strongConvexity(steep);
    expect(mu.how).toBe(plain);
    // From below, and close.
    expect(mu.value).toBeLessThanOrEqual(1e-3);
    expect(mu.value).toBeCloseTo(1e-3, 13);
    await steep.release();
  });
});

describe("the search for a counter-example to convexity", () => {
  /** (a·x² + b·y²)/2 */
  const conic = (a: number, b: number, options: { gamma?: number } = {}) =>
    fake({
      ...options,
      dimension: 2,
      at: ([x = 0, y = 0]) => ({ value: (a * x * x + b * y * y) / 2, gradient: [a * x, b * y] }),
      hessian: (_, [x = 0, y = 0]) => Float64Array.of(a * x, b * y),
    });

  it("follows negative curvature from five points, at three distances", async () => {
    const saddle = conic(3, -1);
    const report = await convexity(saddle, { samples: 7, radius: 2 });
    expect([report.convex, report.pairs]).toEqual([false, 7 + 15]);
    // After both points of seven pairs.
    const followed = saddle.asked.slice(14);
    const from = saddle.asked.filter((_, i) => i % 2 === 1).slice(0, 5);
    expect(followed).toHaveLength(15);
    followed.forEach(([x = 0, y = 0], k) => {
      const [x0 = 0, y0 = 0] = from[Math.floor(k / 3)] ?? [];
      expect(x - x0).toBeCloseTo(0, 9);
      expect(Math.abs(y - y0)).toBeCloseTo([2, 0.2, 0.02][k % 3] ?? 0, 9);
    });
    expect((await convexity(conic(3, 1), { samples: 7 })).pairs).toBe(7);
    expect((await convexity(conic(3, 0), { samples: 7 })).pairs).toBe(7);
    expect((await convexity(conic(3, -1), { samples: 3 })).pairs).toBe(3 + 9);
  });

  it("takes 50 products at each point", async () => {
    const d = 120;
    const spectrum = normals(d, 5);
    const wide = fake({
      dimension: d,
      at: (x) => ({
        value: x.reduce((sum, xi, i) => sum + ((spectrum[i] ?? 0) * xi * xi) / 2, 0),
        gradient: Array.from(x, (xi, i) => xi * (spectrum[i] ?? 0)),
      }),
      hessian: (_, v) => v.map((vi, i) => vi * (spectrum[i] ?? 0)),
    });
    await convexity(wide, { samples: 5 });
    expect(wide.products).toHaveLength(250);
  });

  it("tells the pair that comes nearest to one where there is none", async () => {
    // The second pair lies where f and its slope are 0, so that it holds by nothing.
    const made = (scale: number) => {
      let told = 0;
      return fake({
        at: ([x = 0]) =>
          Math.floor(told++ / 2) === 1
            ? { value: 0, gradient: [0] }
            : { value: scale * x * x, gradient: [2 * scale * x] },
        hessian: (_, v) => v,
      });
    };
    for (const scale of [1, 1e-6]) {
      const { convex, worst, verdict } = await convexity(made(scale));
      expect(convex).toBe(true);
      expect(worst.violation).toBeLessThanOrEqual(0);
      expect(verdict).toContain("held for 200 pairs in both orders");
      expect(worst.value).toBe(0);
    }
  });

  it("tells the pair that fails most beside what it is made of", async () => {
    const { convex, worst, verdict } = await convexity(conic(0, -2), { samples: 50 });
    expect(convex).toBe(false);
    const [[, y1 = 0], [, y2 = 0]] = [worst.x1, worst.x2];
    expect(worst.value).toBeCloseTo(-y1 * y1, 12);
    expect(worst.tangent).toBeCloseTo(-y2 * y2 - 2 * y2 * (y1 - y2), 12);
    expect(worst.violation).toBeCloseTo((y1 - y2) ** 2, 12);
    expect(worst.tolerance).toBe(0);
    // (y₁ − y₂)² beside y₁² + y₂² + |2·y₂·(y₁ − y₂)| is at most 1, where y₂ is 0 … or y₁ beyond it.
    const size = (y1 - y2) ** 2 / (y1 * y1 + y2 * y2 + Math.abs(2 * y2 * (y1 - y2)));
    expect(size).toBeGreaterThan(0.99);
    expect(verdict).toMatch(
      /^made up is not convex: for the pair given, f\(x1\) = -\S+ lies \S+ below the tangent at x2/,
    );
  });

  it("counts a failure by more than rounding only", async () => {
    // (y₁ − y₂)²/2 is at most the sum of all terms that rounding is a share of.
    const convexAt = async (gamma: number) => (await convexity(conic(0, -1, { gamma }))).convex;
    expect(await convexAt(0.5)).toBe(true);
    expect(await convexAt(0.1)).toBe(false);
  });
});
